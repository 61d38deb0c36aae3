venue-way-phone = 手机扫码
venue-way-kiosk = 签到机
venue-way-paper = 纸质签到表
venue-way-and = 、
training-ways = 签到方式
training-ways-n = 会场 { $n } 签到方式
training-ways-hint = 每个会场至少选一种。没有网络或不便使用手机时，选纸质签到表。
training-ways-save = 保存方式
training-ways-chosen = 已保存会场的签到方式
training-ways-elsewhere = 调整各会场的签到方式
training-venue-way-missing = 每个会场至少选择一种签到方式

sheet-narrowed = 只列出本单位人员，序号与全场签到表一致。
sheet-all-venues = 全部会场
sheet-n-people = { $n } 人
sheet-page-of = { $venue } 第 { $page } 页 共 { $pages } 页
sheet-page = 第 { $page } 页　共 { $pages } 页
sheet-number = 场次编号 { $id }
sheet-made = 生成：{ $at }
slips = 签到条
slips-lead = { $n } 张，每页 10 张，沿虚线裁开。在签到机上出示二维码即可签到。
slips-empty = 没有尚未签到的人员。
slip-number = 工号 { $number }
slip-show = 在签到机上出示

roll-pending-only = 只看{ $state }
roll-search-saves = 查找时自动保存本页已作的登记
roll-count = 共 { $n } 人，{ $state } { $undecided } 人
roll-found = 找到 { $n } 人
roll-by-venue = 按会场录入（与打印的签到表逐页对应）
roll-sheet-title = 录入签到表：{ $venue }
roll-sheet-page = 签到表第 { $page } 页，共 { $pages } 页
roll-sheet-lead = 序号与打印的签到表一致，逐页保存。
roll-sheet-print = 查看签到表
roll-number = 序号
roll-numbers = 序号
roll-numbers-hint = 例如：3, 7-9, 15。可留空
roll-numbers-are = 以上序号
roll-numbers-unsigned = 未签名，本页其余{ $state }人员已签名
roll-numbers-signed = 已签名
roll-numbers-unreadable = “{ $part }”不是序号。请填写数字或范围，例如 7-9
roll-number-not-here = 序号 { $number } 不在本页（{ $first }–{ $last }）
roll-fill = 按序号填入本页
roll-filled = { $n ->
    [0] 没有需要填入的人员。尚未保存
   *[other] 已填入 { $n } 人，尚未保存。核对后请保存本页
}
roll-keys = 键盘：j、k 或上下方向键换行；1 已到，2 公假，3 病假，4 事假，5 替会，6 缺席，7 免训，0 撤销登记，按下后转到下一人。
roll-choice-present = 已到
roll-choice-leave-public = 公假
roll-choice-leave-sick = 病假
roll-choice-leave-private = 事假
roll-choice-stand-in = 替会
roll-choice-absent = 缺席
roll-choice-exempt = 免训
roll-word-leave-public = 公假
roll-word-leave-sick = 病假
roll-word-leave-private = 事假
roll-which-stands = { $name }的记录已被他人更改，请选择保留哪一个
roll-theirs = { $by }于 { $at } 登记
roll-theirs-unknown = 他人登记
roll-mine = 您填写的
roll-choose-one = 有人同时登记了同一人，请在标出的行中选择保留哪一个

live-as-of = 截至
live-every = ，每 { $n } 秒更新。
live-said = 实到 { $present } 人，应训 { $due } 人

ways-title = 会场 { $n } 个
ways-link-sheet = 打印签到表
ways-link-seats = 座次
ways-link-slips = 打印签到条
ways-link-enter = 录入签到表
scans-manage = 管理扫描件
ways-own-sheet = 打印本单位人员签到表
