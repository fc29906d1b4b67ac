extension FaultReason {
  /// What is wrong and what to do about it, for staff.
  var chinese: (message: String, remedy: String) {
    switch self {
    case .noSuchFile: ("文件不存在", "核对路径")
    case .notRegularFile: ("不是普通文件", "给出 CSV 文件或其文件夹")
    case .unreadable(let why): ("无法读取：\(why)", "核对文件权限")
    case .unwritable(let why): ("错误清单无法写入：\(why)", "给出可写的路径")
    case .emptyFolder: ("文件夹中没有 CSV 文件", "给出放有 CSV 文件的文件夹")
    case .unknownTable(let nearest): ("文件名不是任何一张表的名称", "以表名命名，最接近的是 \(nearest)")
    case .workbook: ("这是 Excel 工作簿，不是 CSV", "另存为“CSV UTF-8（逗号分隔）”")
    case .utf16: ("文件为 UTF-16 编码", "另存为“CSV UTF-8（逗号分隔）”")
    case .notText: ("含空字节，不是文本文件", "另存为“CSV UTF-8（逗号分隔）”")
    case .ambiguousEncoding:
      ("无法判断文件的编码", "另存为“CSV UTF-8（逗号分隔）”，即带 BOM 的 UTF-8")
    case .undecodable: ("字节既不是 UTF-8 也不是 GB18030，编码有误", "从原文件重新另存为 UTF-8")
    case .emptyFile: ("空文件", "至少要有表头一行")
    case .lineTooLong: ("一行超过 1 MiB", "检查引号与换行是否完整")
    case .unknownColumn(let nearest): ("未知的列", "最接近的列是 \(nearest)；改名或删去此列")
    case .blankHeading(let place): ("第 \(place) 列没有表头", "填写表头，或删去此列；表头应在第一行")
    case .titleRow(let headings):
      ("这一行不是表头，表头似在第 \(headings) 行", "删去表头之上的标题、说明各行，表头应在第一行")
    case .missingColumn: ("缺少必填的列", "补上此列")
    case .repeatedColumn: ("列重复出现", "保留一列")
    case .wrongSeparator(let name): ("各列以\(name)分隔", "另存为以逗号分隔的 CSV")
    case .raggedRow(let cells, let columns):
      ("本行有 \(cells) 格，表头有 \(columns) 列", "检查漏写的逗号或未加引号的逗号")
    case .unclosedQuote: ("引号未闭合", "补上结束的双引号")
    case .textAfterQuote: ("结束的双引号之后还有内容", "格内的双引号写作两个双引号")
    case .tooManyColumns: ("列数过多", "检查表头")
    default: valueChinese
    }
  }

  private var valueChinese: (message: String, remedy: String) {
    switch self {
    case .missingValue: ("必填项为空", "填写此项")
    case .controlCharacter: ("含不可见的控制字符", "删去后重新输入")
    case .lostCharacter: ("含 “\u{FFFD}”，文字在保存前已经丢失", "从原文件重新另存")
    case .dots: ("编号不能只是一个或两个点", "换一个编号")
    case .damagedCode: ("编号被电子表格转成了数字或日期", "把该列设为文本格式后重新填写")
    case .lostZero(let meant):
      ("编号首位的 0 似被电子表格去掉（\(meant)？）", "把该列设为文本格式后重新填写")
    case .tooLong(let limit): ("超过 \(limit) 个字符", "缩短内容")
    case .notNumber(.fraction): ("应为整数", "去掉小数")
    case .notNumber(.scientific): ("数字写成了科学记数法", "把单元格格式改为数值后重新另存")
    case .notNumber(.other): ("不是数字", "只写数字，单位不要写在格内")
    case .tooManyDecimals(let places): ("小数多于 \(places) 位", "保留至多 \(places) 位小数")
    case .outOfRange(let lowest, let highest, let isPositive):
      ("超出范围", isPositive ? "应大于 0，不大于 \(highest)" : "应在 \(lowest) 与 \(highest) 之间")
    case .notDay: ("不是日期", "写作 2026-11-20、2026/11/20 或 2026年11月20日")
    case .noSuchDay: ("没有这一天", "核对年月日")
    case .notFlag: ("不是“是”或“否”", "写作 是/否、true/false 或 1/0")
    case .unknownWord(let accepted): ("不在可选项内", "可选：\(accepted)")
    case .emptyItem: ("清单中有空项", "删去多余的分隔符")
    case .repeatedItem(let item): ("清单中 \(item) 重复", "删去重复项")
    case .wrongForm(let example): ("值的形式不对", "写成如 \(example) 的形式")
    case .uscc(let flaw): flaw.chinese
    default: rowChinese
    }
  }

  private var rowChinese: (message: String, remedy: String) {
    switch self {
    case .repeatedKey(let file, let line):
      ("与 \(file) 第 \(line) 行重复", "同一编号只保留一行")
    case .missingReference(let table):
      ("本次导入与数据库的“\(table)”中都没有", "先登记，或更正编号")
    case .unregistered(let table): ("“\(table)”中没有", "先登记，或更正编号")
    case .unknownStandardCode(let standard): ("不是\(standard)中的代码", "核对代码")
    case .overlap(let file, let line):
      ("期间与 \(file) 第 \(line) 行重叠", "调整起止日")
    case .overlapWithStored(let key): ("期间与数据库中的 \(key) 重叠", "调整起止日，或先更正原有一行")
    case .rule(let chinese, _): (chinese, "更正其中一项")
    case .elsewhere(let jurisdiction):
      ("此编号已属于地级市 \(jurisdiction)", "换用本市的编号")
    case .noJurisdiction(let known):
      (
        "不知道这些数据属于哪个地级市",
        "在同一文件夹放入“行政区划”表，或加 --jurisdiction 代码"
          + (known.isEmpty ? "" : "（数据库中有 \(known.joined(separator: "、"))）")
      )
    case .futureDay: ("日期在今天之后，数据不可能已知", "改为今天或更早的日期")
    case .unknownJurisdiction: ("没有登记这个地级市", "先导入“行政区划”表")
    case .refused(let constraint): ("数据库约束 \(constraint) 拒绝了这些数据", "核对相关各行")
    default: (code, "")
    }
  }
}

extension UnifiedCode.Flaw {
  fileprivate var chinese: (message: String, remedy: String) {
    let asText = "把该列设为文本格式后重新填写代码"
    return switch self {
    case .length(let count): ("统一社会信用代码应为 18 位，这里是 \(count) 位", "核对代码")
    case .character(let character, let position):
      (
        "统一社会信用代码第 \(position) 位不能是 \(character)",
        (3...8).contains(position) ? "第 3 至 8 位为数字" : "代码不用 I、O、S、V、Z，核对是否误写"
      )
    case .checkDigit: ("统一社会信用代码的校验码不符", "逐位核对代码")
    case .scientificNotation: ("统一社会信用代码被 Excel 转成了数字", asText)
    case .digitsLost: ("统一社会信用代码的末三位被 Excel 转成了 000", asText)
    }
  }
}
