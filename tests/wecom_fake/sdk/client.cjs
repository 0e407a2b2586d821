// WeCom's own client against the fake: answer a text, send a vote card, update the presser's card, open a picture,
// upload one. Each step is a line of JSON on stdout.
const { createHash } = require("crypto");
const { WSClient, generateReqId } = require("@wecom/aibot-node-sdk");

const [wsUrl, botId, secret] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const client = new WSClient({ wsUrl, botId, secret, maxAuthFailureAttempts: 1, logger: silent });
const tell = (step, more) => console.log(JSON.stringify({ step, ...more }));
const vote = (task, checked) => ({
  card_type: "vote_interaction",
  main_title: { title: "表决 #3 楼道灯", desc: "居民协商表决" },
  task_id: task,
  checkbox: {
    question_key: "q",
    mode: 0,
    option_list: ["赞同", "反对"].map((text, id) => ({ id: String(id), text, is_checked: text === checked })),
  },
  submit_button: { text: "投票", key: "submit" },
});

client.on("authenticated", () => tell("subscribed"));
client.on("error", (error) => tell("error", { message: error.message }));
client.on("disconnected", (reason) => tell("disconnected", { reason }));
client.on("message.text", async (frame) => {
  tell("text", { content: frame.body.text.content, chat: frame.body.chatid || "", user: frame.body.from.userid });
  const said = await client.replyStream(frame, generateReqId("stream"), "收到", true);
  tell("answered", { errcode: said.errcode });
  const sent = await client.sendMessage(frame.body.chatid, {
    msgtype: "template_card",
    template_card: vote("task_1"),
  });
  tell("card", { errcode: sent.errcode });
});
client.on("event.template_card_event", async (frame) => {
  const press = frame.body.event.template_card_event;
  tell("click", { option: press.selected_items.selected_item[0].option_ids.option_id[0], task: press.task_id });
  const done = await client.updateTemplateCard(frame, vote(press.task_id, "反对"), [frame.body.from.userid]);
  tell("updated", { errcode: done.errcode });
});
client.on("message.mixed", async (frame) => {
  const image = frame.body.mixed.msg_item.find((item) => item.msgtype === "image").image;
  const { buffer } = await client.downloadFile(image.url, image.aeskey);
  tell("picture", { md5: createHash("md5").update(buffer).digest("hex") });
  const media = await client.uploadMedia(Buffer.alloc(600 * 1024, 7), { type: "image", filename: "chart.png" });
  tell("uploaded", { media: media.media_id });
  const sent = await client.sendMediaMessage(frame.body.chatid, "image", media.media_id);
  tell("sent", { errcode: sent.errcode });
});
client.connect();
process.stdin.on("end", () => { client.disconnect(); process.exit(0); }).resume();
