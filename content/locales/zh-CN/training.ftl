training-step-from-draft = 场次仍是草稿，请先发布
training-step-from-published = 场次已发布、尚未结束签到，不能进行这一步
training-step-from-closed = 场次已结束签到、正在核对名单，不能进行这一步
training-step-from-confirmed = 场次名单已确认，不能进行这一步
training-step-from-archived = 场次已归档，不能再改动状态
training-step-from-cancelled = 场次已取消，不能再改动状态
