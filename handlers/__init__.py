"""What happens, step by step: one file is one heading of the process. The map, held true by tests/house:

| heading | file | rules | texts | stories |
|---|---|---|---|---|
| 1 收集民意 | collect | classify, similar, privacy | collect | test_say, test_concern |
| 议题 | topics | steps | topics | test_topics |
| 2 梳理议题 | sort | similar, drafts, steps | sort | test_topics |
| 3 确定议题 | decide | council, steps | decide | test_session_day |
| 4 作好准备 (说事员) | invite | seats, steps | invite | test_session_day |
| 材料 | materials | | invite | test_materials |
| 议程 | agenda | | agenda | test_session_day |
| 5 组织协商 | deliberate | steps | deliberate | test_session_day |
| 记录, 决议 | minute | steps | minute | test_session_day |
| 6 公开结果 | publish | steps | publish | test_session_day |
| 改类记录 | corrections | corrections | corrections | test_corrections |
| 活动开展 | activity | | activity | test_activity |
| 规章制定 | rule_making | privacy | rule_making | test_rule_making |
| 星级评定 | star_rating | stars | star_rating | test_star_rating |
| 清单 | checklist | flows | checklist | test_checklist |
| 矛盾调处 | mediation | privacy | mediation | test_mediation |
| 突发事件 | emergency | | emergency | test_emergency |
| 任务, 接单, 办结, 转派 | tasks | work, deadlines, ratings | tasks | test_tasks |
| 分级处置, 上报 | climb | escalation | tasks | test_climb |
| 退回, 延期 | by_kind | work | tasks, sort, vote | test_tasks |
| 评价, 重办 | rate | ratings | rate | test_rate |
| 月报 | month | rates | rate | test_rate |
| 征集 | round | | round | test_inbox |
| 待办 | inbox | | inbox | test_inbox |
| 4 作好准备 (说事会) | prepare | session_days, dates | prepare | test_sessions |
| 说事会 reminders | remind | session_days, quiet | remind | test_sessions |
| 表态, 表决 | vote | voting, vote_line | vote | test_vote, test_methods |
| 业主表决, 送达 | owners | owners, owners_line, owners_roll, rules | owners | test_owners |
| 投票 | ballot | voting | vote, owners | test_vote, test_owners |
| 封口码 | slips | ballots | slips | test_slips |
| 表决 that starts later | vote_start | | vote | test_slips |
| 纸票 | paper | voting | paper | test_paper |
| 投票, 我能投吗, 结果 | votes | voting | vote, owners | test_vote, test_owners |
| 核对 | check | ballots, merkle | vote, recount | test_check, test_ballot_log |
| 绑定 | bind | households | bind | test_bind |
| 授权, 绑群, 补码 | roles | offices, households | roles | test_roles, test_terms |
| 隐私, 删除我 | privacy | | privacy | test_privacy |
| 六个有 | venue | venue | venue | test_venue |
| 我的数据, 更正, 静音 | my_data | privacy | privacy | test_rights |
| 帮助, first contact | help | | help | test_help |
"""
