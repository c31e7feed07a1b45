/// Numbers for labels, in the order in which they are first met. Labels are the same if their
/// bytes are: letters that only look alike, such as é in one and in two code points, are two.
struct LabelNumbers {
    /// The labels by number.
    private(set) var labels: [String] = []
    private var numbers: [[UInt8]: Int] = [:]

    var count: Int { labels.count }

    /// The number of a label, a new one if it is new.
    mutating func number(of label: String) -> Int {
        let bytes = Array(label.utf8)
        if let number = numbers[bytes] { return number }
        numbers[bytes] = labels.count
        labels.append(label)
        return labels.count - 1
    }

    /// The number of a label that has one.
    func existing(_ label: String) -> Int? { numbers[Array(label.utf8)] }
}
