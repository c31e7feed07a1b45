/// Strings in the values of a page, one after another.
struct ParquetValues {
    /// Why values cannot be read.
    struct Failure: Error {
        /// What was found.
        let found: String

        init(_ found: String) { self.found = found }
    }

    /// The strings that pages of a chunk refer to by their places.
    struct Dictionary {
        fileprivate let bytes: [UInt8]
        /// Where each string begins; its length lies before it.
        fileprivate let places: [Int32]

        /// The `count` strings of a dictionary page.
        init(_ bytes: [UInt8], count: Int) throws {
            guard count <= bytes.count / 4, bytes.count <= Int(Int32.max) else {
                throw Failure("\(bytes.count) bytes with \(count) strings")
            }
            var places: [Int32] = []
            places.reserveCapacity(count)
            var place = 0
            for _ in 0..<count {
                let range = try ParquetValues.plain(bytes, at: place)
                places.append(Int32(range.lowerBound))
                place = range.upperBound
            }
            (self.bytes, self.places) = (bytes, places)
        }

        fileprivate func string(_ number: Int) throws -> ArraySlice<UInt8> {
            guard places.indices.contains(number) else {
                throw Failure("string \(number) of a dictionary of \(places.count)")
            }
            return bytes[try ParquetValues.plain(bytes, at: Int(places[number]) - 4)]
        }
    }

    private enum Form {
        case plain
        case dictionary(Dictionary)
        case lengths
        case prefixes
    }

    private let bytes: [UInt8]
    private let form: Form
    private var place: Int
    private var numbers: HybridReader?
    private var lengths: [Int32] = []
    private var prefixes: [Int32] = []
    private var next = 0
    private var previous: [UInt8] = []

    /// The `count` values that begin at `place` of `bytes`.
    ///
    /// - Throws: `Failure` for an encoding that is none of strings, and bytes that are not in it.
    init(
        _ bytes: [UInt8], at place: Int, count: Int, encoding: Int, dictionary: Dictionary?
    ) throws {
        self.bytes = bytes
        self.place = place
        switch ParquetFormat.Encoding(rawValue: encoding) {
        case .plain: form = .plain
        case .plainDictionary, .rleDictionary:
            guard let dictionary else { throw Failure("values of a dictionary that is not there") }
            form = .dictionary(dictionary)
            guard place < bytes.count else {
                guard count == 0 else { throw Failure("values without their width") }
                break
            }
            guard bytes[place] <= 32 else { throw Failure("values of \(bytes[place]) bits") }
            numbers = HybridReader(
                bytes, in: (place + 1)..<bytes.count, width: Int(bytes[place]))
        case .deltaLengthByteArray:
            form = .lengths
            let lengths = try DeltaNumbers(bytes, at: place, count: count)
            (self.lengths, self.place) = (lengths.numbers, lengths.end)
        case .deltaByteArray:
            form = .prefixes
            let prefixes = try DeltaNumbers(bytes, at: place, count: count)
            let lengths = try DeltaNumbers(bytes, at: prefixes.end, count: count)
            (self.prefixes, self.lengths) = (prefixes.numbers, lengths.numbers)
            self.place = lengths.end
        default: throw Failure("strings in the encoding with number \(encoding)")
        }
    }

    /// The next string, nil if it is longer than `longest`.
    ///
    /// - Throws: `Failure` where the bytes do not have it.
    mutating func string(longest: Int) throws -> [UInt8]? {
        let string = try slice()
        return string.count <= longest ? Array(string) : nil
    }

    private mutating func slice() throws -> ArraySlice<UInt8> {
        switch form {
        case .plain:
            let range = try Self.plain(bytes, at: place)
            place = range.upperBound
            return bytes[range]
        case .dictionary(let dictionary):
            guard let number = try numbers?.next() else { throw Failure("fewer values") }
            return try dictionary.string(number)
        case .lengths: return try suffix()
        case .prefixes:
            guard prefixes.indices.contains(next), 0...previous.count ~= Int(prefixes[next]) else {
                throw Failure("a string that shares more than the one before it has")
            }
            previous.removeLast(previous.count - Int(prefixes[next]))
            previous += try suffix()
            return previous[...]
        }
    }

    /// The bytes of the next length.
    private mutating func suffix() throws -> ArraySlice<UInt8> {
        guard lengths.indices.contains(next), 0...(bytes.count - place) ~= Int(lengths[next])
        else { throw Failure("a string that ends outside its page") }
        defer { place += Int(lengths[next]); next += 1 }
        return bytes[place..<(place + Int(lengths[next]))]
    }

    /// Where the string is whose length, in four bytes, is at `place`.
    private static func plain(_ bytes: [UInt8], at place: Int) throws -> Range<Int> {
        guard bytes.count - place >= 4 else { throw Failure("fewer strings than values") }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        guard length <= bytes.count - place - 4 else {
            throw Failure("a string that ends outside its page")
        }
        return (place + 4)..<(place + 4 + length)
    }
}
