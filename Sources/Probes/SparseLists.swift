import TensorCore

/// Lists of places with values, one behind the other.
struct SparseLists: Sendable {
    /// Where each list begins; the last one's end stands behind.
    private var starts = [0]
    private var places: [Int32] = []
    private var values: [Double] = []

    /// No lists.
    init() {}

    /// One list.
    init(list: [(place: Int, value: Double)]) { append(list) }

    /// Appends a list.
    mutating func append(_ list: [(place: Int, value: Double)]) {
        for (place, value) in list {
            places.append(Int32(place))
            values.append(value)
        }
        starts.append(places.count)
    }

    /// The lists of each place below `width`: which lists have it, ascending, and their values.
    func transposed(width: Int) -> SparseLists {
        var result = SparseLists()
        result.starts = Array(repeating: 0, count: width + 1)
        for place in places { result.starts[Int(place) + 1] += 1 }
        for place in 0..<width { result.starts[place + 1] += result.starts[place] }
        result.places = Array(repeating: 0, count: places.count)
        result.values = Array(repeating: 0, count: places.count)
        var next = result.starts
        for list in 0..<starts.count - 1 {
            for entry in starts[list]..<starts[list + 1] {
                let target = next[Int(places[entry])]
                next[Int(places[entry])] += 1
                result.places[target] = Int32(list)
                result.values[target] = values[entry]
            }
        }
        return result
    }

    /// y[row] += Σ value · x[place] over a list, in its order.
    ///
    /// - Parameters:
    ///   - x: `[places, columns]`.
    ///   - y: `[rows, columns]`.
    func addList(_ list: Int, of x: Matrix<Double>, to row: Int, of y: Matrix<Double>) {
        let columns = x.columns
        x.withElements { x in
            y.withMutableElements { y in
                let target = row * columns
                for entry in starts[list]..<starts[list + 1] {
                    let start = Int(places[entry]) * columns
                    let x = x.extracting(start..<start + columns)
                    let value = values[entry]
                    for column in 0..<columns { y[target + column] += value * x[column] }
                }
            }
        }
    }
}
