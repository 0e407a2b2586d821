#!/usr/bin/env python3
"""Count a vote again yourself, with nothing but Python (3.9 or newer) and the published files.
自己再数一遍：只要有Python（3.9以上）和公布的文件，不用装别的。

    python3 verify.py FILE... [--receipt RECEIPT] [--key KEY]

FILES   log (记录), roll (名单), openings (开票文件), took_part (参加名单), checkpoint (带签名的核对码), or a text
        with the lines 核对码 that the group was told. In any order, under any name.
KEY     the public key printed with the meeting's notice (会议通知上印的公钥), or the file of keys once you compared.

Ends with 0 if everything that could be looked at holds, with 1 if anything does not (each is named), with 2 if it
cannot begin. The last line says how much could not be looked at, for want of a file or a key.
查了的都对得上，结束码是0；有对不上的，一条条说出来，是1；文件打不开、不认识，是2。没给文件或公钥、没查的有几项，最后一行说。

What this shows, and what it cannot show / 查得了什么，查不了什么:
- Your last ballot is in the file, opens to what you chose and, if the six digits are yours, is shared with
  nobody. Nothing was removed or altered before a head that you saw. One counted ballot for each entry of the
  roll; the result is the sum of the file, and the rule's arithmetic holds.
- Not: that the roll is right; that nobody bought or forced votes; that a refused ballot was recorded; secrecy
  from whoever runs the bot. Without sealed slips a ballot invented for a household that did not vote is found
  only by that household in the list of those who took part.

The file is meant to be read. It shares no code with the program that held the vote.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import datetime

BALLOT = b"fengsi-shuoshi/ballot-v1\0"
CREDENTIAL = b"fengsi-shuoshi/cred-v1\0"
PROMISE = "fengsi-shuoshi/promise-v1\n"
FIELDS = {
    "open": "vote kind method secret slips text options answers never_deemed rule roll totals opens closes",
    "cast": "vote p rev c",
    "void": "vote p reason",
    "extend": "vote closes reason",
    "close": "vote casts",
    "result": "vote tally",
}

wrong = []
not_looked_at = []


def say(ok, english, chinese):
    """One line for one thing looked at: it is so, it is not so, or (None) it could not be looked at."""
    if ok is False:
        fault("not so: " + english, "不是这样：" + chinese)
        return
    if ok is None:
        not_looked_at.append(english)
    print(f"{'ok     ' if ok else '-      '}{english} / {chinese}")


def compare(english, chinese):
    """One line for what only your own eye can compare."""
    print(f"-      {english} / {chinese}")


def fault(english, chinese):
    """One line for something that is wrong."""
    wrong.append(english)
    print(f"WRONG  {english} / {chinese}")


# ---------------------------------------------------------------- bytes, lines, hashes


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(value):
    return base64.b64encode(value).decode()


def unb64(text):
    """The bytes of one exact text."""
    value = base64.b64decode(text, validate=True)
    if b64(value) != text:
        raise ValueError("not base64: " + text)
    return value


def b64url(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def spell(value):
    """The one spelling of a value (RFC 8785; there are no fractions in these files)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def refuse(text):
    raise ValueError("not a whole number: " + text[:15])


def read(line):
    """The object of a line, which must be spelt in the one way."""
    value = json.loads(line.decode(), parse_float=refuse, parse_constant=refuse)
    if not isinstance(value, dict) or spell(value) != line:
        raise ValueError("not one object in its one spelling")
    return value


def root(leaves):
    """The Merkle tree of RFC 6962: neighbours are hashed together, a last one without neighbour goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [sha(b"\1", level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else sha()


def leaf(line):
    return sha(b"\0", line)


def climb(hashed, index, size, path):
    """The root that a proof leads to (RFC 9162 section 2.1.3.2), or None."""
    at, last = index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            hashed = sha(b"\1", sibling, hashed)
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            hashed = sha(b"\1", hashed, sibling)
        at, last = at // 2, last // 2
    return hashed if last == 0 else None


# ---------------------------------------------------------------- Ed25519 (RFC 8032 section 6), only to verify

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
HALF = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Two points of the curve, each as (x, y, z, t) with t = xy/z."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * HALF % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, a))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# ---------------------------------------------------------------- signed notes (c2sp.org/signed-note)


def read_key(text):
    """name+id+base64(kind, key): the name, the id, the kind (1 the log's, 4 a witness's), the key."""
    name, key_id, material = text.strip().split("+", 2)
    data = unb64(material)
    if len(data) != 33 or data[0] not in (1, 4) or sha(name.encode() + b"\n" + data)[:4].hex() != key_id:
        raise ValueError("not a key")
    return name, bytes.fromhex(key_id), data[0], data[1:]


def read_note(text):
    """The signed text and its signatures (name, bytes)."""
    body, gap, tail = text.rpartition("\n\n")
    signatures = re.findall(r"^— (\S+) (\S+)\n", tail, re.M)
    if not gap or "".join(f"— {name} {value}\n" for name, value in signatures) != tail or not tail:
        raise ValueError("not a signed note")
    return body + "\n", [(name, unb64(value)) for name, value in signatures]


def note_signed_by(note, key):
    text, signatures = note
    name, key_id, kind, public = key
    own = [data[4:] for signer, data in signatures if signer == name and data[:4] == key_id]
    if kind == 1:
        return bool(own) and all(is_signed(public, text.encode(), data) for data in own)
    stamp = "cosignature/v1\ntime {}\n{}"
    return bool(own) and all(
        is_signed(public, stamp.format(int.from_bytes(data[:8], "big"), text).encode(), data[8:]) for data in own
    )


def read_head(note):
    """Origin, number of lines, root."""
    origin, size, root64 = note[0].split("\n")[:3]
    if not re.fullmatch(r"0|[1-9][0-9]*", size) or len(unb64(root64)) != 32:
        raise ValueError("not a head")
    return origin, int(size), root64


# ---------------------------------------------------------------- the files


def sort_files(paths):
    """The files by what is in them."""
    files = {"log": None, "roll": {}, "openings": {}, "took_part": {}, "heads": []}
    for path in paths:
        with open(path, "rb") as file:
            content = file.read()
        lines = (content[:-1] if content.endswith(b"\n") else content).split(b"\n")
        if content.startswith(b'{"file":'):
            head = read(lines[0])
            if head["vote"] in files[head["file"]]:
                raise ValueError("given twice")
            files[head["file"]][head["vote"]] = lines[1:]
        elif content.startswith(b"{") and files["log"] is None:
            files["log"] = lines
        elif "\n\n— " in content.decode():
            note = read_note(content.decode())
            files["heads"].append((*read_head(note), note))
        else:
            seen = re.findall(r"(?<!\d)(\d{1,12})\D{0,3}?\s+([A-Za-z0-9+/]{43}=)", content.decode())
            if not seen:
                raise ValueError("not a published file: " + path)
            files["heads"] += [(None, int(size), root64, None) for size, root64 in seen]
    if files["log"] is None:
        raise ValueError("no log / 没有记录文件")
    return files


# ---------------------------------------------------------------- the log, line by line


def read_log(lines):
    """Each vote: its opening entry, the ballot that counts of each household, the result."""
    votes = {}
    before = len(wrong)
    for at, line in enumerate(lines, 1):
        try:
            entry = read(line)
            if {"type", *FIELDS[entry["type"]].split()} != set(entry) or not all(map(is_field, entry, entry.values())):
                raise ValueError("not an entry")
            broken = take(votes, entry, at)
        except (ValueError, KeyError, TypeError, RecursionError):
            broken = "unreadable", "读不懂"
        if broken:
            fault(f"log line {at}: {broken[0]}", f"记录第{at}行：{broken[1]}")
    if len(wrong) == before:
        say(True, f"log: {len(lines)} lines, each in order", f"记录共{len(lines)}行，每行都合规矩")
    return votes


def is_field(name, value):
    """Each field has one type wherever it stands."""
    if name in ("vote", "rev", "casts"):
        return type(value) is int
    if name in ("secret", "slips"):
        return isinstance(value, bool)
    if name in ("rule", "totals", "tally"):
        return isinstance(value, dict)
    if name in ("options", "answers", "never_deemed"):
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return texts or (value is None and name != "options")
    return isinstance(value, str)


def take(votes, entry, at):
    """Take one entry in; what breaks a rule is said in two languages."""
    kind, vote = entry["type"], votes.get(entry["vote"])
    if kind == "open":
        if vote:
            return "opened twice", "开了两次"
        votes[entry["vote"]] = {"open": entry, "closes": entry["closes"], "casts": 0, "closed": False}
        votes[entry["vote"]].update(counted={}, next={}, first={}, result=None)
        return None if datetime.fromisoformat(entry["closes"]).tzinfo else ("no moment", "截止时间读不懂")
    if vote is None:
        return "vote was never opened", "这次表决还没开"
    if kind == "result":
        if not vote["closed"] or vote["result"] is not None:
            return "result out of place", "结果放错了地方"
        vote["result"] = entry["tally"]
        return None
    if vote["closed"]:
        return "after the close", "截止以后还在记"
    return {"cast": cast, "void": void, "extend": extend, "close": close}[kind](vote, entry, at)


def cast(vote, entry, at):
    vote["casts"] += 1
    vote["first"].setdefault(entry["p"], at)
    if entry["rev"] != vote["next"].get(entry["p"], 0):
        return "ballot repeated, or one before it is missing", "同一户的票次数接不上，可能重复或被删"
    vote["next"][entry["p"]] = entry["rev"] + 1
    vote["counted"][entry["p"]] = entry["rev"], entry["c"], at
    return None


def void(vote, entry, at):
    return None if vote["counted"].pop(entry["p"], None) else ("void of nothing", "作废了没有的票")


def extend(vote, entry, at):
    later = datetime.fromisoformat(entry["closes"]) > datetime.fromisoformat(vote["closes"])
    vote["closes"] = entry["closes"] if later else vote["closes"]
    return None if later else ("extension is not later", "延期没有往后延")


def close(vote, entry, at):
    vote["closed"] = True
    return None if entry["casts"] == vote["casts"] else ("another number of casts", "报的票数和记录不一样")


# ---------------------------------------------------------------- heads


def check_heads(files, keys):
    """Every head that was seen must be the log's own; a signed one must be signed by the key."""
    leaves = [leaf(line) for line in files["log"]]
    compare(f"head {len(leaves)} {b64(root(leaves))}", f"核对码：{len(leaves)}行，请和群里发过的比")
    roots = {}
    for _, size, root64, _ in files["heads"]:
        if size > len(leaves):
            fault(f"head of {size} lines, log has fewer", f"核对码说有{size}行，后面的被删了")
            continue
        say(root64 == b64(root(leaves[:size])), f"head of {size} lines is the log's", f"核对码 {size}行 和记录一致")
        if roots.setdefault(size, root64) != root64:
            fault(f"two heads of {size} lines", f"同是{size}行，核对码却有两个")
    after = len(leaves) - max([head[1] for head in files["heads"]], default=len(leaves))
    if after > 0:
        say(None, f"the last {after} lines: under no head given", f"最后{after}行不在给的核对码里，没法查有没有改过")
    check_signatures([head for head in files["heads"] if head[3]], keys)


def check_signatures(signed, keys):
    """Keys of kind 1 are the log's, of kind 4 the witnesses'."""
    logs = [key for key in keys if key[2] == 1]
    for origin, size, _, note in signed:
        if logs:
            own = any(key[0] == origin and note_signed_by(note, key) for key in logs)
            say(own, f"head of {size} lines is signed by the key", f"核对码 {size}行 是这把公钥签的")
        else:
            say(None, f"signature of head {size}: no key given", f"核对码 {size}行 的签名：没给公钥")
    if logs and not signed:
        fault("key given, but no signed head", "给了公钥，但没有带签名的核对码文件")
    for key in keys:
        if key not in logs:
            own = any(note_signed_by(head[3], key) for head in signed)
            say(own, f"cosigned by {key[0]}", f"见证人 {key[0]} 签过")


# ---------------------------------------------------------------- one vote


def check_vote(number, vote, files):
    """Roll, openings, those who took part, the count. Gives back the openings by household."""
    roll = read_roll(number, vote, files)
    if number not in files["openings"]:
        say(None, f"vote {number}: no openings given", f"表决 #{number} 的开票文件：没给")
        return {}
    if not vote["closed"]:
        fault(f"vote {number}: opened before the close", f"表决 #{number} 还没截止就开票了")
    opened = check_openings(number, vote, files["openings"][number])
    check_took_part(number, vote, files["took_part"].get(number))
    if roll is not None:
        check_count(number, vote, roll, opened)
    return opened


def check_openings(number, vote, lines):
    """Each opening must be the one way to open a ballot that counts, and each such ballot must be opened."""
    before, opened, counted = len(wrong), {}, vote["counted"]
    for at, line in enumerate(lines, 2):
        try:
            ballot = read(line)
            broken = fault_of(number, vote, ballot, opened)
            opened.setdefault(ballot["p"], ballot)
        except (ValueError, KeyError, TypeError, RecursionError):
            broken = "unreadable", "读不懂"
        if broken:
            fault(f"vote {number}, opening line {at}: {broken[0]}", f"开票文件第{at}行：{broken[1]}")
    for p in counted.keys() - opened.keys():
        fault(f"vote {number}: log line {counted[p][2]} was not opened", "这行的票没有开出来")
    if len(wrong) == before:
        say(
            True,
            f"vote {number}: {len(opened)} ballots open as sealed",
            f"开出{len(opened)}张票，和封好的一样，每户一张",
        )
    return opened


def check_took_part(number, vote, named):
    """As many households in the list as ballots that count; whether yours belongs there you alone know."""
    ballots = len(vote["counted"])
    if named is not None:
        right = len(named) == len(set(named)) == ballots
        shown = f"vote {number}: {len(named)} took part, {ballots} ballots"
        say(right, shown, "参加名单和票数一样；请看自己家该不该在里面")
    elif not vote["open"]["slips"]:
        shown = f"vote {number}: no list of those who took part"
        say(None, shown, "参加名单：没给；没有它就查不出替没投的户造的票")


def read_roll(number, vote, files):
    lines = files["roll"].get(number)
    if lines is None:
        say(None, f"vote {number}: no roll given", f"表决 #{number} 的名单：没给文件")
        return None
    try:
        roll = {voter["p"]: voter for voter in map(read, lines)}
        if [voter["p"] for voter in map(read, lines)] != sorted(roll):
            raise ValueError("not sorted, or named twice")
        heads, area = {v["head"] for v in roll.values() if "head" in v}, sum(v.get("area", 0) for v in roll.values())
        if any(set(v) not in ({"p"}, {"p", "area", "head"}) or v.get("area", 1) <= 0 for v in roll.values()):
            raise ValueError("not a roll")
    except (ValueError, KeyError, TypeError, RecursionError):
        fault(f"vote {number}: the roll cannot be read", "名单读不懂，或者没按次序、有重复")
        return None
    same = b64url(root(map(leaf, lines))) == vote["open"]["roll"]
    say(same, f"vote {number}: the roll is that of the opening", f"表决 #{number} 的名单就是开始时公布的那份")
    totals = {"units": len(roll), "heads": len(heads), "area": area} if heads else {"households": len(roll)}
    if totals != vote["open"]["totals"]:
        fault(f"vote {number}: totals differ", "开始时说的总数和名单不一样")
    outside = [at for p, at in vote["first"].items() if p not in roll]
    for at in outside:
        fault(f"log line {at}: not on the roll", "这张票不在名单里")
    if not outside:
        say(True, f"vote {number}: every ballot is on the roll", f"票都在名单里，名单{len(roll)}户")
    return roll


def sealed(number, ballot):
    """The commitment that the log must show for this opening."""
    nonce = base64.urlsafe_b64decode(ballot["nonce"] + "=")
    if len(nonce) != 32 or b64url(nonce) != ballot["nonce"]:
        raise ValueError("not a nonce")
    said = [number, ballot["p"], ballot["rev"], ballot["choice"], ballot["own"]]
    return b64url(sha(BALLOT, spell(said), nonce))


def positions(ballot):
    return ballot["choice"] if isinstance(ballot["choice"], list) else [ballot["choice"]]


def is_choice(entry, ballot):
    """Known options, none twice; one where one is asked for, but all the answers of co-owners who differ."""
    chosen, options = positions(ballot), len(entry["options"])
    known = all(type(at) is int and 0 <= at < options for at in chosen) and len(set(chosen)) == len(chosen)
    one = entry["method"] == "single" and entry["kind"] != "owners"
    return known and (len(chosen) == 1 if one else len(chosen) >= 1)


def fault_of(number, vote, ballot, opened):
    entry, held = vote["open"], vote["counted"].get(ballot["p"])
    if set(ballot) - {"code"} != {"p", "rev", "choice", "own", "nonce"}:
        raise ValueError("not an opening")
    if ballot["p"] in opened:
        return "opened twice", "同一户开了两次"
    if held is None or type(ballot["rev"]) is not int or held[0] != ballot["rev"]:
        return "no such ballot counts", "记录里没有这张算数的票"
    if sealed(number, ballot) != held[1]:
        return "not what was sealed", "和投的时候封好的不一样，选择被改了"
    if entry["slips"] and b64url(sha(CREDENTIAL, f"{number}\0{ballot.get('code', '')}".encode())) != ballot["p"]:
        return "no slip opens it: invented", "没有封口码能对上，票是造的"
    return None if is_choice(entry, ballot) else ("not an option", "选的不是这次的选项")


def check_count(number, vote, roll, opened):
    entry = vote["open"]
    ballots = {p: positions(b) for p, b in opened.items() if p in vote["counted"] and p in roll and is_choice(entry, b)}
    try:
        count = count_owners if entry["kind"] == "owners" else count_households
        tally = count(entry, roll, ballots)
    except (ValueError, KeyError, TypeError, IndexError):
        fault(f"vote {number}: its rule cannot be counted by", "开始时记的规则没法用来计票")
        return
    shown = json.dumps(tally, ensure_ascii=False)
    if vote["result"] is None:
        say(None, f"vote {number}: {shown}; no result in the log yet", "记录里还没有结果可比")
    else:
        say(vote["result"] == tally, f"vote {number}: {entry['options']} {shown}", "数出来的和公布的结果一样")


# ---------------------------------------------------------------- counting


def met(share, part, whole):
    """Whether part/whole is at least (strict: more than) numerator/denominator. 以上 includes the number."""
    if share is None:
        return True
    have, need = share["denominator"] * part, share["numerator"] * whole
    return whole > 0 and (have > need if share["strict"] else have >= need)


def count_households(entry, roll, ballots):
    rule, size, cast = entry["rule"], len(entry["options"]), list(ballots.values())
    tally = {"taken_part": len(cast), "total": len(roll)}
    tally["quorum"] = rule["quorum"] and met(rule["quorum"], len(cast), len(roll))
    if entry["method"] == "ranked":
        rounds, winners = run_off(size, cast)
        return {**tally, "rounds": rounds, "run_off": winners, "schulze": schulze(size, cast)}
    if entry["method"] not in ("single", "approval"):
        raise ValueError("no such method")
    counts = [sum(at in chosen for chosen in cast) for at in range(size)]
    whole = len(roll) if rule["of_everybody"] else len(cast)
    reached = rule["consent"] and [at for at in range(size) if met(rule["consent"], counts[at], whole)]
    return {**tally, "counts": counts, "reached": reached}


def run_off(size, cast):
    """Instant run-off: the last of each round goes out (all that are last alike); more than half wins."""
    left, rounds = set(range(size)), []
    while True:
        tops = [next((at for at in chosen if at in left), None) for chosen in cast]
        counts = {at: tops.count(at) for at in left}
        rounds.append([counts.get(at) for at in range(size)])
        total, best, last = sum(counts.values()), max(counts.values()), min(counts.values())
        if not total or 2 * best > total or best == last:
            return rounds, sorted(at for at in left if total and counts[at] == best)
        left = {at for at in left if counts[at] > last}


def schulze(size, cast):
    """The options that no other beats by a stronger path; what a ballot leaves out stands below what it names."""
    rank = [[chosen.index(at) if at in chosen else size for at in range(size)] for chosen in cast]
    above = [[sum(r[a] < r[b] for r in rank) for b in range(size)] for a in range(size)]
    path = [[above[a][b] if above[a][b] > above[b][a] else 0 for b in range(size)] for a in range(size)]
    for via in range(size):
        for a in range(size):
            for b in range(size):
                path[a][b] = max(path[a][b], min(path[a][via], path[via][b])) if a != b else 0
    return [a for a in range(size) if cast and all(path[a][b] >= path[b][a] for b in range(size))]


def count_owners(entry, roll, ballots):
    """Civil Code article 278: heads and area (0.01 m²). An owner whose answers differ is in favour of nothing."""
    if len(entry["answers"]) != len(entry["options"]):
        raise ValueError("answers")
    owners = {}
    for p, chosen in ballots.items():
        owner = owners.setdefault(roll[p]["head"], {"area": 0, "said": set()})
        owner["area"] += roll[p]["area"]
        owner["said"].update(entry["answers"][at] for at in chosen)
    sides = {answer: [0, 0] for answer in ("consent", "against", "abstain", "follow")}
    for owner in owners.values():
        if len(owner["said"]) == 1:
            side = sides[min(owner["said"])]
            side[0], side[1] = side[0] + owner["area"], side[1] + 1
    total = [sum(v["area"] for v in roll.values()), len({v["head"] for v in roll.values()})]
    took = [sum(owner["area"] for owner in owners.values()), len(owners)]
    disputed = sorted(head for head, owner in owners.items() if len(owner["said"]) > 1)
    cast = reading(entry["rule"], total, took, sides, sides["consent"], disputed)
    if entry["never_deemed"] is None:
        if any("follow" in owner["said"] for owner in owners.values()):
            raise ValueError("nobody may follow here")
        return {"cast": cast, "deemed": None}
    said_yes = list(sides["consent"])
    majority = [a for a in ("consent", "against", "abstain") if all(2 * sides[a][i] > took[i] for i in (0, 1))]
    if majority:
        silent = [v for p, v in roll.items() if v["head"] not in owners and p not in entry["never_deemed"]]
        joining = [sum(v["area"] for v in silent), len({v["head"] for v in silent})]
        follow = sides.pop("follow")
        sides[majority[0]] = [sum(each) for each in zip(sides[majority[0]], joining, follow)]
        took = [sum(each) for each in zip(took, joining)]
    return {"cast": cast, "deemed": reading(entry["rule"], total, took, sides, said_yes, disputed)}


def reading(rule, total, took, sides, said_yes, disputed):
    quorum = all(met(rule["quorum"], took[i], total[i]) for i in (0, 1))
    part, whole = (said_yes, total) if rule["of_everybody"] else (sides["consent"], took)
    passed = quorum and all(met(rule["consent"], part[i], whole[i]) for i in (0, 1))
    amounts = {"total": total, "participating": took, "in_favour": sides["consent"]}
    amounts.update(against=sides["against"], abstaining=sides["abstain"])
    shown = {name: {"area": area, "heads": heads} for name, (area, heads) in amounts.items()}
    return {**shown, "quorum": quorum, "passed": passed, "disputed": disputed}


# ---------------------------------------------------------------- your receipt


def check_receipt(text, files, votes, opened, keys):
    first, _, rest = text.partition("\n")
    ballot = read(first.encode())
    number = ballot.pop("vote")
    fields = {"vote": number, "p": ballot["p"], "rev": ballot["rev"], "c": sealed(number, ballot)}
    line = spell({"type": "cast", **fields})
    if line not in files["log"] or number not in votes:
        fault("receipt: its ballot is not in the log", "记录里没有这张票，请留好收据，马上找见证人")
        return
    at = files["log"].index(line)
    say(True, f"receipt: your ballot is log line {at + 1}", f"您家的票在记录第{at + 1}行，封好的就是您选的")
    if rest.startswith("c2sp.org/tlog-proof@v1\n"):
        top, _, tail = rest.partition("\n\n")
        index, *path = [part for part in top.split("\n")[1:] if not part.startswith("extra ")]
        _, size, root64 = read_head(read_note(tail))
        place, steps = int(index.split(" ")[1]), [unb64(part) for part in path]
        reached = climb(leaf(line), place, size, steps) if 0 <= place < size else None
        say(reached is not None and b64(reached) == root64, "receipt: its proof holds", "凭证对")
    else:
        note = read_note(rest)
        if note[0] != PROMISE + line.decode() + "\n":
            fault("receipt: the promise is another ballot's", "收据上的签名说的是另一张票")
        elif keys:
            say(any(note_signed_by(note, key) for key in keys), "receipt: promise is signed by the key", "签名对")
        else:
            say(None, "receipt: signature of the promise: no key given", "签名：没给公钥")
    held = votes[number]["counted"].get(ballot["p"])
    say(held is not None and held[0] == ballot["rev"], "receipt: it is the ballot that counts", "算数的就是这张票")
    if opened.get(number):
        say(opened[number].get(ballot["p"]) == ballot, "receipt: it was opened as you chose", "开票文件里和收据一样")
    options = votes[number]["open"]["options"]
    chosen = [options[at] for at in positions(ballot) if 0 <= at < len(options)]
    compare(f"receipt: says {chosen}, digits {ballot['own']}", "数字不是您定的，就是和别家合用了一张票")


def proven_head(text):
    """The head inside a receipt's proof is checked like any other."""
    rest = text.partition("\n")[2]
    if not rest.startswith("c2sp.org/tlog-proof@v1\n"):
        return []
    note = read_note(rest.partition("\n\n")[2])
    return [(*read_head(note), note)]


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def keys_of(given):
    """A key as it is printed, or a file with one a line: after a change of keys the older ones stand in it too."""
    return [read_key(line) for line in (given if "+" in given else text_of(given)).splitlines() or [""]]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--receipt")
    parser.add_argument("--key", action="append", default=[])
    args = parser.parse_args(arguments)
    wrong.clear()
    not_looked_at.clear()
    try:
        files, keys = sort_files(args.files), [key for given in args.key for key in keys_of(given)]
        receipt = None if args.receipt is None else text_of(args.receipt)
        files["heads"] += [] if receipt is None else proven_head(receipt)
        votes = read_log(files["log"])
        check_heads(files, keys)
        opened = {number: check_vote(number, vote, files) for number, vote in votes.items()}
        for kind in ("roll", "openings", "took_part"):
            for number in files[kind].keys() - votes.keys():
                fault(f"vote {number} is not in the log", f"记录里没有表决 #{number}")
        if receipt is not None:
            check_receipt(receipt, files, votes, opened, keys)
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        print(f"cannot check / 没法核对: {error}", file=sys.stderr)
        return 2
    print(last_line())
    return 1 if wrong else 0


def last_line():
    rest = len(not_looked_at)
    if wrong:
        return f"{len(wrong)} WRONG / 有{len(wrong)}项对不上"
    if rest:
        return f"what was looked at holds, {rest} not looked at / 查了的都对得上，还有{rest}项没查"
    return "all holds / 都对得上"


if __name__ == "__main__":
    sys.exit(main())
