internal import Allocation

/// Every way in which a call can fail: the one table from cause to status. `docs/api.md` shows it,
/// and a test compares the two.
enum ProblemCode: String, CaseIterable, Sendable {
  case badRequest = "bad_request"
  case malformedJSON = "malformed_json"
  case malformedForm = "malformed_form"
  case unknownParameter = "unknown_parameter"
  case badParameter = "bad_parameter"
  case keyMissing = "idempotency_key_missing"
  case unauthenticated
  case forbidden
  case wrongParty = "wrong_party"
  case personMissing = "person_missing"
  case samePerson = "same_person"
  case otherPerson = "other_person"
  case notFound = "not_found"
  case methodNotAllowed = "method_not_allowed"
  case bodyTimeout = "body_timeout"
  case exists
  case overlap
  case wrongState = "wrong_state"
  case alreadyDone = "already_done"
  case wrongDigest = "wrong_digest"
  case pastDeadline = "past_deadline"
  case tooEarly = "too_early"
  case noCapacity = "no_capacity"
  case ruleNotMet = "rule_not_met"
  case stepwise
  case changedMeanwhile = "changed_meanwhile"
  case bodyTooLarge = "body_too_large"
  case headersTooLarge = "headers_too_large"
  case unsupportedMediaType = "unsupported_media_type"
  case invalidFields = "invalid_fields"
  case wrongCode = "wrong_code"
  case keyReused = "idempotency_key_reused"
  case versionMissing = "version_missing"
  case tooManyRequests = "too_many_requests"
  case busy
  case internalError = "internal_error"
  case unavailable
  case timeout

  var status: Int {
    switch self {
    case .badRequest, .malformedJSON, .malformedForm, .unknownParameter, .badParameter, .keyMissing:
      400
    case .unauthenticated: 401
    case .forbidden, .wrongParty, .personMissing, .samePerson, .otherPerson: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .bodyTimeout: 408
    case .exists, .overlap, .wrongState, .pastDeadline, .stepwise: 409
    case .tooEarly, .noCapacity, .ruleNotMet, .alreadyDone, .wrongDigest: 409
    case .changedMeanwhile: 412
    case .bodyTooLarge: 413
    case .unsupportedMediaType: 415
    case .invalidFields, .wrongCode, .keyReused: 422
    case .versionMissing: 428
    case .tooManyRequests: 429
    case .headersTooLarge: 431
    case .internalError: 500
    case .busy, .unavailable, .timeout: 503
    }
  }

  /// Seconds after which the same call may well succeed, where that is known.
  var retryAfter: Int? {
    switch self {
    case .tooManyRequests, .unavailable, .timeout: 2
    case .busy: 5
    default: nil
    }
  }

  func title(_ language: Language) -> String { language == .chinese ? words.0 : words.1 }
  func remedy(_ language: Language) -> String { language == .chinese ? words.2 : words.3 }

  /// Title and remedy, each in Chinese and in English.
  private var words: (String, String, String, String) {
    switch self {
    case .badRequest:
      ("请求不完整或无法辨认", "The request is not understood", "核对路径与请求头", "check path and headers")
    case .malformedJSON:
      ("正文不是 JSON 对象", "The body is not a JSON object", "核对所指位置", "check the place named")
    case .malformedForm:
      (
        "正文不是 multipart/form-data", "The body is not multipart/form-data", "用现成的客户端上传，如 curl -F",
        "send it with a client that knows how, as curl -F"
      )
    case .unknownParameter:
      ("未知的查询参数", "Unknown query parameter", "改用文档列出的参数", "use those that the document lists")
    case .badParameter:
      ("参数的值不对", "A parameter's value is wrong", "按文档填写", "write it as the document says")
    case .keyMissing:
      (
        "缺少 Idempotency-Key", "Idempotency-Key is missing", "为每次提交给出一个新的键，重试时用原键",
        "send a new key with each POST, and the same one when you retry"
      )
    case .unauthenticated:
      (
        "令牌缺失、失效或不认识", "The token is missing, expired or unknown",
        "请管理员签发令牌，置于 Authorization: Bearer",
        "ask an administrator for a token and send it as Authorization: Bearer"
      )
    case .forbidden:
      ("此角色或部门无权如此", "Not for this role or department", "换用有权的令牌", "use a token that may")
    case .wrongParty:
      ("应由其他部门答复", "Another department has to answer", "请应答部门办理", "let that department answer")
    case .personMissing:
      (
        "令牌未记名", "The token names no person", "请管理员以 --person 签发，或用身份提供方的令牌",
        "have one issued with --person, or use the identity provider's"
      )
    case .samePerson:
      (
        "不可审批自己提请的事项", "Nobody decides what they have asked for", "请另一人审批",
        "let another person decide"
      )
    case .otherPerson:
      (
        "只有提请人可以撤回", "Only whoever asked takes it back", "请提请人撤回，或由审批人不予批准",
        "let them, or refuse it"
      )
    case .notFound:
      ("没有，或不在可见范围", "Not there, or not for you to see", "核对编号", "check the code")
    case .methodNotAllowed:
      ("此路径不接受此方法", "The path does not take this method", "见 Allow", "see Allow")
    case .bodyTimeout:
      ("正文迟迟未到", "The body did not arrive in time", "重新提交", "send it again")
    case .exists:
      (
        "已有记录", "It is there already", "读取已有者；编号被占者改用 PATCH 或另编",
        "read what is there, or choose another key"
      )
    case .overlap:
      ("与已有期间重叠", "The period overlaps another", "更正日期", "correct the dates")
    case .wrongState:
      ("状态不允许", "Its state does not allow that", "重新读取后再办", "read it again")
    case .alreadyDone:
      ("已经办结", "It is done already", "重新读取，见其状态", "read it again and see its state")
    case .wrongDigest:
      (
        "内容与所给摘要不符", "The content is not what the digest says", "重新读取，核对内容后以其 content_digest 提交",
        "read it again, check it, and send its content_digest"
      )
    case .pastDeadline:
      ("已过答复期限", "The deadline has passed", "等待下一夜重新配置", "wait for the next night's offers")
    case .tooEarly:
      ("时候未到", "It is too early", "到 detail 所示之日再办", "wait for the day that detail names")
    case .noCapacity:
      (
        "指标、额度、席位或编制不足", "A quota, line, seat or headcount does not bear it", "减少，或先腾出、调剂",
        "ask for less, or free some first"
      )
    case .ruleNotMet:
      (
        "不合规则", "A rule is not met", "按 detail 更正，或另选",
        "correct what detail names, or choose another"
      )
    case .stepwise:
      (
        "须逐步办理", "It goes step by step", "在 /v1/matches 或 /v1/placements 中办理",
        "take the steps of /v1/matches or /v1/placements"
      )
    case .changedMeanwhile:
      ("此间已有更改", "It has changed meanwhile", "重新读取，比较后再改", "read it again and compare")
    case .bodyTooLarge:
      ("正文过大", "The body is too large", "分批提交", "send it in parts")
    case .headersTooLarge:
      (
        "请求头过大", "The request's line and headers are too large", "缩短路径、参数与请求头",
        "shorten path, parameters and headers"
      )
    case .unsupportedMediaType:
      (
        "正文类型不支持", "The body's media type is not supported", "使用 application/json",
        "use application/json"
      )
    case .invalidFields:
      ("有字段不合要求", "Some fields are wrong", "逐项更正 errors 所列", "correct what errors lists")
    case .wrongCode:
      ("缘由代码不对", "The reason's code is wrong", "选用所列代码", "choose one of those listed")
    case .keyReused:
      (
        "Idempotency-Key 已用于另一请求", "The Idempotency-Key was used for another request", "换一个新的键",
        "use a new key"
      )
    case .versionMissing:
      ("缺少 If-Match", "If-Match is missing", "先读取，以其 ETag 作 If-Match", "read it and send its ETag")
    case .tooManyRequests:
      ("请求过多", "Too many requests", "按 Retry-After 稍后再试", "try again after Retry-After")
    case .busy:
      (
        "计算名额已满", "All places for computing are taken", "按 Retry-After 稍后再试",
        "try again after Retry-After"
      )
    case .internalError:
      (
        "服务出错", "Something is wrong with the service", "告知管理员请求编号",
        "tell the operator the request's id"
      )
    case .unavailable:
      ("数据库暂不可用", "The database is away", "稍后再试", "try again later")
    case .timeout:
      ("未能在时限内办完", "Not done in time", "稍后再试，或缩小范围", "try again later, or ask for less")
    }
  }
}
