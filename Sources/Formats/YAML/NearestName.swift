/// The known name most like `name`: what an error message suggests. Nil if none is near.
///
/// Near means that it is the beginning of a name, up to an underscore, or that at most a third of
/// the letters (and at least two) must be changed, added, removed or swapped with a neighbour.
package func nearestName(to name: String, among known: [String]) -> String? {
    if let longer = known.first(where: { $0.hasPrefix(name + "_") }) { return longer }
    let candidates = known.map { (name: $0, distance: editDistance(name.lowercased(), $0)) }
    let nearest = candidates.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance <= max(2, name.count / 3) ? $0.name : nil }
}

/// Letters to change, add, remove or swap with a neighbour to turn `a` into `b` (optimal string
/// alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var rows = [Array(0...b.count)]
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(rows[i][j + 1], row[j]) + 1
            best = min(best, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, rows[i - 1][j - 1] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
