readings-title = 学习资料
readings-home = 首页
readings-breadcrumbs = 位置
readings-search-label = 在标题和正文中查找
readings-search = 查找
readings-count = 共 { $n } 份
readings-found = “{ $q }”：找到 { $n } 份
readings-none-found = 没有找到含“{ $q }”的资料。
readings-show-all = 查看全部资料
readings-none = 尚无学习资料。
readings-none-explained = 资料随系统提供，升级后显示在这里。如有疑问，请联系信访办。
readings-read = 已读
readings-unread = 未读
readings-read-explained = “已读”由本人声明，属于自学，不计时，不计入补课。
readings-approval-awaited = 待审定
readings-approval-explained-awaited = 尚未经信访办审定，仅供参考。
readings-approval-explained-awaited-again = 审定之后内容有改动，须重新审定。
readings-approved-by = { $name }审定，
readings-issuer = 发布机关
readings-in-force = 施行日期
readings-sources = 出处
readings-task-for-session = 补学：{ $title }
readings-task-for-call = 部署：{ $title }
readings-task-alone = （单独布置）
readings-mark = 标记已读
readings-mark-finishes = 将同时完成 { $n } 项任务
readings-unmark = 撤销已读
readings-marked = { $n ->
    [0] 已标记为已读。
   *[other] 已标记为已读，完成 { $n } 项任务。
}
readings-next = 下一项：
readings-unmarked = 已撤销，相关任务恢复为待办。
readings-approve-explained = 审定后，本页将写明您的姓名和日期。中文、英文两个文本一并审定；内容再有改动时须重新审定。
readings-approve = 审定这份资料
readings-approved = 已审定。
