settings-organisation-missing = 请填写单位名称
settings-help-contact-missing = 请填写帮助联系人
settings-opens-before-range = 签到提前开放的时间应在 0 至 240 分钟之间
settings-kept-months-range = 保存期限应在 6 至 600 个月之间
