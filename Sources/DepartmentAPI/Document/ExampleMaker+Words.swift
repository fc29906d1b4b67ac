// What stands in examples, by the field's name.

extension ExampleMaker {
  private static let digest = JSON.text(String(repeating: "0123456789abcdef", count: 4))

  static let words: [String: JSON] = [
    "act_id": 7, "action": "acceptOffer", "actor": "university:4134010359", "algorithm": "flow",
    "amount": "20.0000", "amount_wan": 500, "answered_by": "university:4134010359",
    "appointment_id": 3, "asked_by": "office", "asked_person": "1001", "assigned": 96,
    "attending": ["office", "natural_resources"], "bank": "102377000001", "bound": 812_000,
    "cause_meaning": "新增建设用地指标不足", "chain": "C01", "chain_bank_id": 4, "code": "not_released",
    "companion": "BZ-1", "consultation_id": "341800-2026-11-28", "content_digest": digest,
    "decision_id": 5, "days_per_month": 4, "department": "university:4134010359",
    "departments": ["natural_resources"], "designation_id": 1, "etag": "41", "event_id": 41,
    "enterprise": "宣城样本企业", "entries": 2, "expert": "ZJ-1",
    "explanation": "所求专家已配给得分更高的需求；本需求得分须达到 8,450 分。", "gap": 0, "hash": digest,
    "headcount": 2, "hidden": 12, "host_post": "RH-1", "id": "techvp/KJ-1", "input_digest": digest,
    "institution": "宣城市样本中心", "institution_post": "BZ-1",
    "item_id": "341800-2026-11-28-TD-2", "jurisdiction": "341800", "lead": "102377000001",
    "match_id": "12-102377000001", "meaning": "不能选派", "mechanism": "techvp",
    "mechanisms": ["techvp"], "minutes": 15, "months": 24, "name": "land.weight.tax",
    "objective": 812_000, "offer": 3, "offer_id": 3, "options": 310, "parcel": "DK-A",
    "partner": "103377000002", "party": "ZJ-1", "placement_id": 2, "policy_version": 2,
    "previous_hash": digest, "price": "12.50", "product": "BA-1", "queued_id": 9,
    "ranking_id": "expert-ZJ-1-1", "rate_pct": "3.85", "region": "341802", "request": "KJ-1",
    "requests": 120, "resource": "ZJ-1", "round_id": 12, "row": "ZJ-1", "score": 8_450,
    "seed": "20261127", "served": 96, "state": "offered", "status": "optimal", "subject": "12",
    "table": "parcels", "talent": "RC-1", "task": "清理地块", "task_id": 6, "term": "2026",
    "title": "2026 年政策", "university": "4134010359", "unit": "mu", "upper": "30.0000",
    "used": "20.0000", "uscc": "91341802CR63F0WT2P", "version": 2, "wishes": ["BZ-2"],
    "worth_points": 52_000, "worth_tax_wan": 400, "year": 1, "rank": 1, "choice": "KJ-1",
    "salt": "c2FsdA", "next_states": ["consented", "declined"], "cause": "request 3f9d2c51b0a7e846",
    "absence_id": 2, "conflict_id": 3, "evidence": "工商登记〔2026〕12号", "five_year_pct": "3.60",
    "one_year_pct": "3.10", "source": "全国银行间同业拆借中心公告",
    "kind": "nightly", "position": 57, "seal_no": 1, "conclusion": 1,
  ]

  /// Of what is no JSON.
  static let texts = [
    "getMinutes": "# “星期六”要素会商会议纪要\n\n## 会议明确事项\n\n一、……\n",
    "getMinutesPage": "<!DOCTYPE html><html lang=\"zh-CN\"><body><h1>会议纪要</h1></body></html>",
    "metrics": "# TYPE yaosu_http_requests_running gauge\nyaosu_http_requests_running 1\n",
    "docs": "<!doctype html><html lang=\"zh-CN\"><body><h1>要素 · department API</h1></body></html>",
    "openapi": "openapi: \"3.1.0\"\n",
  ]
}
