# 程序各命令对运行者说的话。日志用英文。
cli-not-found = 没有找到所指的内容（{ $what }）
cli-forbidden = 不允许这样做
cli-conflict = 刚刚已被其他人修改
cli-busy = 正忙，请稍后再试
cli-full = 磁盘已满
cli-unreadable = 无法读取 { $file }：{ $why }

# 配置
cli-setting-wrong = { $variable } 设为“{ $value }”：{ $what }
cli-setting-xuefa-listen = 请填写地址和端口，如 127.0.0.1:8080
cli-setting-xuefa-smtp-rate = 请填写不小于 1 的整数
cli-setting-xuefa-mail-haste = 请填写 1 至 1000 的整数
cli-setting-xuefa-zone = 请填写通用的时区名称，如 Asia/Shanghai
cli-setting-xuefa-trusted-proxies = 请填写 IP 地址，多个之间用英文逗号分隔
cli-setting-xuefa-backup-hour = 请填写 0 至 23 的整点
cli-setting-xuefa-backup-keep = 请填写不小于 1 的整数
cli-setting-unknown = { $variable } 不是本程序的配置项，不起作用；请检查是否拼写有误（xuefa serve --help 列出全部配置项）
cli-secret-short = XUEFA_SECRET 不足 32 个字符，请设置更长的密钥
cli-key-short = 密钥 { $file } 过短，请从备份中恢复

# serve
cli-plain-http = 访问地址不是 https，而 { $listen } 不限于本机访问：请设置 XUEFA_BASE_URL=https://…；封闭网络内可设置 XUEFA_PLAIN_HTTP=1
cli-plain-http-https = 访问地址为 { $base }，但将在 { $listen } 向本机以外提供不加密的 http：由程序自身提供 https 的，请设置 XUEFA_TLS_CERTIFICATE 和 XUEFA_TLS_KEY；由代理提供 https 的，请将代理的地址填入 XUEFA_TRUSTED_PROXIES，或将 XUEFA_LISTEN 改为 127.0.0.1；封闭网络内可设置 XUEFA_PLAIN_HTTP=1
cli-tls-address = XUEFA_BASE_URL 为 { $base }，但程序自身提供 https（XUEFA_TLS_CERTIFICATE）：请改为以 https:// 开头
cli-tls-half = XUEFA_TLS_CERTIFICATE 和 XUEFA_TLS_KEY 须同时设置，现未设置 { $variable }
cli-tls-unreadable = { $variable }：无法读取文件 { $file }：{ $why }
cli-tls-no-certificate = XUEFA_TLS_CERTIFICATE：{ $file } 中没有以 -----BEGIN CERTIFICATE----- 开头的证书
cli-tls-no-key = XUEFA_TLS_KEY：{ $file } 中没有私钥（PEM 格式，不带密码）
cli-tls-no-pair = { $key } 中的私钥与 { $file } 中的证书不匹配：{ $why }
cli-tls-other-name = { $file } 中的证书不适用于 XUEFA_BASE_URL 中的 { $host }，浏览器将拒绝访问

# create-admin, migrate, remind
cli-admin-link = 请在七天内打开以上链接，为 { $name } 设置密码。链接只能使用一次。
cli-migrated = 数据库已是最新，本次执行升级步骤 { $n } 个。
cli-reminded = 已为 { $matters } 个事项安排 { $mails } 封邮件（另有 { $unsent } 个事项不发送，原因见提醒台账）；已发送 { $sent } 封，失败 { $failed } 封，稍后重试 { $later } 封，不再需要 { $dropped } 封。

# import-roster
cli-import-refused = { $what }未作任何更改。
cli-import-unreadable = 无法读取花名册。
cli-import-counts = 共 { $n } 行：新增 { $new }，变更 { $changed }，未变 { $unchanged }，有误 { $errors }
cli-import-row = 第 { $row } 行，{ $column }：{ $what }
cli-import-errors = 花名册有 { $n } 行有误，未作任何更改
cli-import-nothing = 未作任何更改。
cli-import-done = 花名册已写入。花名册中没有的人员保持不变。
cli-import-overtaken = 人员信息刚刚已被其他人修改，未写入任何内容，请重新运行
cli-import-failed = 花名册处理失败，未作任何更改

# doctor
cli-doctor-line = { $grade } { $part }：{ $text }
cli-doctor-faults = 共有 { $n } 项故障，见以上以“fault”开头的行
cli-doctor-part-settings = 配置
cli-doctor-part-data-folder = 数据文件夹
cli-doctor-part-key = 密钥
cli-doctor-part-base-address = 访问地址
cli-doctor-part-listening = 监听地址
cli-doctor-part-tls = TLS
cli-doctor-part-fonts = 字体
cli-doctor-part-mail-server = 邮件服务器
cli-doctor-part-mail-sender = 发件人
cli-doctor-part-test-mail = 测试邮件
cli-doctor-part-database = 数据库
cli-doctor-part-database-file = 数据库文件
cli-doctor-part-clock = 时钟
cli-doctor-part-program = 程序
cli-doctor-part-operation-log = 操作日志
cli-doctor-part-outbox = 待发邮件
cli-doctor-part-backup = 备份
cli-doctor-folder = { $folder } 可以写入
cli-doctor-folder-wrong = { $folder } 无法写入（{ $why }）；请创建该文件夹，并交由运行程序的用户所有
cli-doctor-key-given = 由 XUEFA_SECRET 设置
cli-doctor-key-open = 本机其他用户可以读取 { $file }；请对其执行 chmod 600
cli-doctor-key = { $file }；请在别处另存一份
cli-doctor-key-none = { $file } 将在首次启动时生成；如在此恢复过备份，请先放入原系统的密钥
cli-doctor-base-no-address = XUEFA_BASE_URL { $base } 不是 https://xuefa.example.com 这样的地址
cli-doctor-base-no-host = XUEFA_BASE_URL { $base } 中没有主机名
cli-doctor-base-scheme = XUEFA_BASE_URL { $base } 既不以 https:// 开头，也不以 http:// 开头
cli-doctor-base-path = XUEFA_BASE_URL { $base } 在主机名之后还有内容；程序须部署在主机的根路径
cli-doctor-base-here = 邮件中的链接以 { $base } 开头：XUEFA_BASE_URL 只能在本机访问，请改为大家访问时使用的地址
cli-doctor-base-none = 邮件中的链接以 { $base } 开头：请设置 XUEFA_BASE_URL，否则使用监听地址，只能在本机打开
cli-doctor-base-example = XUEFA_BASE_URL 仍为 { $base }，即配置文件自带的示例；请改为本单位的地址
cli-doctor-base-http = { $base }：同一网络内可能有人截获密码；请尽快改用 https:// 地址
cli-doctor-listening-https = { $listen }，由程序自身提供 https
cli-doctor-listening-here = { $listen }，仅限本机访问
cli-doctor-listening-proxy = { $listen }，位于代理 { $proxies } 之后；此处为不加密的 http，请确保他人无法直接访问
cli-doctor-listening-plain = { $listen }，按 XUEFA_PLAIN_HTTP 的设置向本机以外提供不加密的 http：同一网络内可能有人截获密码
cli-doctor-serve-refuses = serve 将无法启动：{ $why }
cli-doctor-tls = 证书与私钥匹配；文件更新后 serve 会重新读取
cli-doctor-fonts-official = { $wanted }使用 { $used }
cli-doctor-fonts-stand-in = { $wanted }以 { $used } 代替
cli-doctor-fonts-and = { $first }，{ $second }
cli-doctor-fonts-none = { $folders } 中没有中文字体；请安装（Debian：apt install fonts-noto-cjk）或将字体放入 XUEFA_FONTS，否则无法生成 PDF
cli-doctor-fonts-no-folder = XUEFA_FONTS 设为 { $folder }，但该处没有程序可以读取的文件夹；文书将使用系统字体
cli-doctor-fonts-no-pdf = 本程序编译时未包含 PDF 功能；文书用浏览器打印
cli-doctor-mail-none = 未设置，邮件以文件形式存入 { $folder }；请设置 XUEFA_SMTP
cli-doctor-mail-answers = { $server } 有应答
cli-doctor-mail-login = { $server } 有应答，登录成功
cli-doctor-mail-wrong = { $server }：{ $why }；{ $advice }
cli-doctor-mail-setting = 邮件配置有误：{ $why }
cli-doctor-mail-taken = 已接收发往 { $address } 的邮件：{ $answer }
cli-doctor-mail-not-taken = 未接收发往 { $address } 的邮件：{ $why }；{ $advice }
cli-doctor-mail-not-tried = 因以上故障程序无法启动，未尝试发送
cli-doctor-mail-authority = 其证书的颁发机构不受信任：如由本单位自建机构颁发，请将该机构的证书文件填入 XUEFA_SMTP_CA
cli-doctor-mail-certificate = 其证书与 XUEFA_SMTP 中的名称不符或已过期：请使用证书中的名称，或更换证书
cli-doctor-mail-no-login = 登录未成功：请核对 XUEFA_SMTP 中的用户和密码（其中的 @ 写作 %40）
cli-doctor-mail-refused = 邮件被拒收：请核对 XUEFA_MAIL_FROM，以及该服务器是否接收发往此地址的邮件
cli-doctor-mail-later = 服务器要求稍后再试：请过几分钟再试
cli-doctor-mail-no-address = 不是电子邮箱地址
cli-doctor-mail-no-way = 请核对 XUEFA_SMTP 中的名称和端口，以及防火墙是否允许本机访问
cli-doctor-database-missing = { $database } 处没有数据库；请运行 xuefa migrate
cli-doctor-database-behind = 数据表尚缺 { $n } 个升级步骤；请运行 xuefa migrate
cli-doctor-database-unreached = 无法连接或使用：{ $why }
cli-doctor-database = { $database }，已是最新，可以写入
cli-doctor-database-damaged = { $database } 已损坏（{ $damage }）；请停止程序并恢复备份
cli-doctor-database-unusable = { $database } 无法使用：{ $why }
cli-doctor-database-open = 本机其他用户可以读取 { $file }，其中有全部人员的数据；请对其执行 chmod 600，或对所在文件夹执行 chmod 700
cli-doctor-clock = { $now }，时区 { $zone }；签到码和提醒以此为准，请与您的时钟核对
cli-doctor-clock-behind = 当前为 { $now }，早于最近一次记录的时间（{ $newest }）；请校准本机时钟，最好使用 NTP
cli-doctor-log = 最早的条目与密钥相符；全部条目是否相符，请运行 xuefa audit verify 检查
cli-doctor-log-other-key = 最早的条目是用另一密钥封存的，或被重新写过。{ cli-audit-other-key }
cli-doctor-looking-failed = 无法检查：{ $why }
cli-doctor-outbox-held = 全部邮件暂停发送（恢复备份后即如此）；待发 { $n } 封；由信访办在“邮件”页放行或放弃
cli-doctor-outbox-stuck = { $n } 封自 { $since } 起待发：{ $why }；请查看邮件服务器一行和 XUEFA_SMTP；可用 xuefa doctor --mail 邮箱地址 测试发送
cli-doctor-outbox-untried = 尚未尝试发送，请查看 serve 是否在运行
cli-doctor-outbox-answered = 邮件服务器答复 { $answer }
cli-doctor-outbox = 待发 { $n } 封，无失败
cli-doctor-outbox-waits = 待发 { $n } 封；邮件服务器修复前发不出去，修复后自动补发
cli-doctor-outbox-failed = 失败 { $failed } 封，待发 { $n } 封；信访办可在邮件页面查看原因
cli-doctor-backup-failed = 最近一次（{ $at }）失败：{ $why }
cli-doctor-backup-none = 尚未备份过；{ cli-doctor-backup-advice }
cli-doctor-backup-not-yet = 尚未备份过；serve 每天 { $hour } 时起自动备份
cli-doctor-backup = { $name }，{ $at }；能否打开，请用 xuefa restore --check 检查
cli-doctor-backup-late = 最近一次为 { $name }，{ $at }；请查看 serve 是否在运行
cli-doctor-backup-old = 最近一次为 { $name }，{ $at }；{ cli-doctor-backup-advice }
cli-doctor-backup-advice = 请将 XUEFA_BACKUP_FOLDER 设为另一块磁盘上的文件夹，或每天运行 xuefa backup

# audit verify
cli-audit-other-key = 如在此恢复过备份，则缺少原密钥，其他未必有问题：请将原来的 secret.key 放入数据文件夹，或设置原来的 XUEFA_SECRET（见 docs/operating.md 的 Backup 一节）。如未恢复过备份，则这些条目已被人重新写过
cli-audit-fault = fault  { $what }
cli-audit-changed = 条目 { $id } 与前一条目不衔接：该条目被改动，或此前有条目被删除
cli-audit-missing = 条目 { $id } 被删除
cli-audit-unsealed = 条目 { $id } 是插入已封存条目之间的
cli-audit-values-changed = 条目 { $id } 的内容被改动
cli-audit-cut = 日志末尾被截断或重新写过：日志曾以另一封印到达条目 { $id }
cli-audit-checkpoint-forged = 日志自条目 { $id } 之后开始，但此处没有本系统密钥的签名
cli-audit-sealed-otherwise = 条目 { $first } 至 { $last } 是用另一密钥封存的，或被重新写过。{ cli-audit-other-key }
cli-audit-whole = 完整：已封存的 { $n } 个条目均与写入时一致
cli-audit-apart = 除上述问题外，{ $n } 个条目与写入时一致
cli-audit-erased = 其中 { $n } 个条目的内容已按保存期限清除，属正常情况
cli-audit-begins-after = 条目 { $id } 及以前的条目已按保存期限清除，并有签名
cli-audit-open = 另有 { $n } 个新条目尚未封存，serve 运行时几秒内即可封存
cli-audit-heads = { $n ->
    [0] 数据库之外尚未留存日志末尾的副本，无从比对
   *[other] 日志末尾已与数据库之外每日留存的 { $n } 份副本比对
 }
cli-audit-and = { $first }；{ $second }
cli-audit-sentence = { $what }。
cli-audit-not-whole = 操作日志与写入时不一致，问题 { $n } 处
cli-audit-no-key = 数据文件夹 { $folder } 中没有密钥 secret.key，也没有设置 XUEFA_SECRET，无法核验操作日志：请核对 XUEFA_DATA，或放入原来的密钥

# verify
cli-verify-what = { $file }：{ $what }
cli-verify-archive = 场次档案 { $what }，共 { $n } 个文件
cli-verify-final-unread = 定稿报告 { $number }
cli-verify-final = 定稿报告 { $number }：{ $what }。应到 { $expected }，应训 { $due }，实到 { $present }，请假 { $leave }，替会 { $standin }，缺席 { $absent }，免训 { $exempt }，已补课 { $madeup }；出勤率 { $attendance }，参训率 { $participation }
cli-verify-final-number = “{ $number }”不是报告编号
cli-verify-final-basis = 报告依据的数据被改动：SHA-256 与所载不符
cli-verify-final-newer = 本程序无法读取报告依据的数据，请使用较新的版本
cli-verify-final-signature = 签名不符：编号、时间、SHA-256、公钥或签名被改动
cli-verify-damaged = { $name }：已损坏，无法解压
cli-verify-twice = { $name }：重复出现
cli-verify-line = { $name }：无法读取“{ $line }”一行
cli-verify-missing = { $name }：缺失
cli-verify-changed = { $name }：被改动
cli-verify-added = { $name }：是额外加入的，{ $list } 中没有
cli-verify-signature = { $name }：与 { $list } 不符，二者之一被改动
cli-verify-fetch = 请向信访办索取定稿报告的核对文件（报告页面上的“核对文件”，文件名为报告编号加 .json），或场次的一训一档（.zip），再进行核对
cli-verify-pdf = PDF 文件没有可供核对的签名；{ cli-verify-fetch }
cli-verify-neither = 无法识别：既不是场次档案（.zip），也不是定稿报告的核对文件（.json）；如原为其中之一，则已损坏或被改动；{ cli-verify-fetch }
cli-verify-final-damaged = 定稿报告的核对文件已损坏或被改动，无法读取；{ cli-verify-fetch }
cli-verify-zip-damaged = ZIP 文件已损坏
cli-verify-no-list = 其中没有 { $list }，不是场次档案；{ cli-verify-fetch }
cli-verify-list-damaged = { $list } 已损坏
cli-verify-impossible = 无法核对 { $file }：{ $why }
cli-verify-not-whole = { $file } 与生成时不一致：{ $n } 处不符，其中内容不可采信。{ $faults }
cli-verify-proven = 文件完整，签名与所给公钥相符。
cli-verify-not-checked = 文件完整并有签名；未核对公钥属于谁，如需核对，请用 --key 给出信访办的公钥。
cli-verify-foreign = { $file } 完整，但签名与所给公钥不符

# backup, restore, backup-key
cli-backup-no-folder = 没有文件夹 { $folder }；请先创建，或指定文件名，如 { $folder }.zip
cli-backup-no-database = { $database } 处没有数据库
cli-backup-done = 已将 { $tables } 个数据表的 { $rows } 行和 { $files } 个文件写入 { $path }（{ $size } 字节，未加密：拿到该文件的人都能读取）。
cli-backup-done-locked = 已将 { $tables } 个数据表的 { $rows } 行和 { $files } 个文件写入 { $path }（{ $size } 字节，已加密）。
cli-backup-missing = 数据库引用的 { $n } 个文件在数据文件夹中缺失或已损坏，第一个为 { $first }
cli-backup-exists = { $file } 已存在，请指定其他文件名
cli-backup-no-name = { $file } 不是文件名
cli-backup-two-locks = XUEFA_BACKUP_RECIPIENT 和 XUEFA_BACKUP_PASSPHRASE 同时设置；备份只能使用其中一种
cli-backup-no-recipient = XUEFA_BACKUP_RECIPIENT 不是加密公钥：应为 xuefa backup-key 输出的、以 age1 开头的内容
cli-backup-passphrase-short = XUEFA_BACKUP_PASSPHRASE 不足 12 个字符
cli-backup-no-identity = { $file } 不是 xuefa backup-key 生成的解密密钥（AGE-SECRET-KEY-…）
cli-backup-no-key = 没有 { $file }；用 XUEFA_SECRET 设置的密钥由设置者自行保管
cli-backup-by-passphrase = 备份以口令加密；请设置 XUEFA_BACKUP_PASSPHRASE
cli-backup-by-recipient = 备份以公钥加密；请用 --identity FILE 指定解密密钥文件
cli-backup-not-opened = 备份无法打开：密钥不符，或备份已损坏
cli-backup-newer = 备份由较新版本的程序（{ $program }）生成；请用该版本恢复
cli-backup-newer-step = 备份由较新版本的程序（{ $program }）生成，其数据表经过升级步骤 { $step }；请用该版本恢复
cli-backup-lock-damaged = 备份不能使用：说明加密方式的部分已损坏
cli-backup-foreign = 备份不能使用：不是学法系统的备份
cli-backup-parts-list = 备份不能使用：所列内容不是学法系统写入的格式
cli-backup-cut-off = 备份不能使用：已损坏或不完整
cli-backup-cut-off-or-foreign = 备份不能使用：已损坏或不完整，或者不是学法系统的备份
cli-backup-no-archive = 备份不能使用：不是压缩档案
cli-backup-no-manifest = 备份不能使用：没有清单
cli-backup-manifest-damaged = 备份不能使用：清单已损坏
cli-backup-manifest-foreign = 备份不能使用：清单不是学法系统写入的格式
cli-backup-part-names = 备份不能使用：其中有学法系统不会写入的文件名
cli-backup-parts-other = 备份不能使用：内容与清单所列不一致
cli-backup-part-damaged = 备份不能使用：{ $name } 已损坏
cli-backup-part-other = 备份不能使用：{ $name } 与清单所载不符
cli-backup-part-missing = 备份不能使用：缺少 { $name }
cli-backup-tables = 备份不能使用：数据表与其版本不符
cli-backup-key-other = { $file } 与备份中的密钥不同；如使用备份中的密钥，请先将其移走，否则请使用不含密钥的备份
cli-restore-in-use = 数据库 { $database } 正在使用；请先停止使用它的 xuefa
cli-restore-connections = 另有 { $n } 个连接正在使用数据库；请先停止使用它的全部 xuefa
cli-restore-replace = 已有数据库；加 --replace 将以备份取代，现有内容将丢失
cli-restore-checked = { $file } 完整：{ $what }。
cli-restore-holds = { $tables } 个数据表的 { $rows } 行和 { $files } 个文件，截至 { $at }，程序版本 { $program }
cli-restore-holds-key = { $tables } 个数据表的 { $rows } 行和 { $files } 个文件，截至 { $at }，程序版本 { $program }，含程序密钥
cli-restore-done-held = 已恢复 { $what }。所有人须重新登录，登录链接须重新发放；全部邮件暂停发送，由信访办在“邮件”页放行或放弃。
cli-restore-done-sent = 已恢复 { $what }。所有人须重新登录，登录链接须重新发放；邮件照常发送。
cli-restore-lost = 没有原密钥，此前的操作日志无法核验，印有个人码的纸条须重新打印，登录二次验证须重新设置。
cli-restore-other-secret = XUEFA_SECRET 不是原系统的密钥：首次启动前请设置原来的密钥。{ cli-restore-lost }
cli-restore-other-key = { $file } 不是原系统的密钥：首次启动前请换成原来的 secret.key，或设置原来的 XUEFA_SECRET。{ cli-restore-lost }
cli-restore-no-key = 此处尚无密钥：首次启动前请将原系统的 secret.key 放入 { $folder }，或设置原来的 XUEFA_SECRET；否则将生成新密钥。{ cli-restore-lost }
cli-key-advice = 请将 XUEFA_BACKUP_RECIPIENT 设为以上一行。{ $file } 请勿存放在服务器上并妥善保管：没有它，任何备份都无法打开。
cli-key-exists = 无法写入 { $file }，或该文件已存在：{ $why }

# routes
cli-routes-line = { $role } = { $what }
cli-routes-anyone = 任何人，无论是否登录
cli-routes-signed-in = 已登录的任何人
cli-routes-units = 各单位负责人和联络员，以及信访办
cli-routes-leader = 各单位负责人，以及信访办
cli-routes-hq = 信访办
cli-routes-settings = 信访办和系统管理员
cli-routes-accounts = 信访办和安全管理员
cli-routes-reports = 各单位负责人和联络员、信访办，以及检查人员
cli-routes-inspector = 检查人员
cli-routes-audit = 审计管理员
cli-routes-kiosk = 用作签到机的平板，凭其自身的 Cookie
cli-routes-demo = 演示系统，仅限本机
