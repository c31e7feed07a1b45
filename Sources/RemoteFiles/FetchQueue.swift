/// What is used, wanted and on its way in one process: bookkeeping without files or threads.
struct FetchQueue {
    /// How many use each file, or have it in their forecast.
    private var uses: [String: Int] = [:]
    /// Fetches that wait or are at work.
    private var fetches: [String: Fetch] = [:]
    private var waiting: [Fetch] = []
    /// What readers will want next: reader by reader, nearest first.
    private(set) var forecasts: [Int: [CachedFile]] = [:]
    /// Files of forecasts for which there was no room.
    private var postponed: [CachedFile] = []
    var isClosed = false

    func isInUse(_ relativePath: String) -> Bool { uses[relativePath] != nil }

    /// Counts a use; true if it is the first.
    mutating func use(_ file: CachedFile) -> Bool {
        uses[file.relativePath, default: 0] += 1
        return uses[file.relativePath] == 1
    }

    /// Ends a use; true if it was the last.
    mutating func release(_ file: CachedFile) -> Bool {
        let count = (uses[file.relativePath] ?? 1) - 1
        uses[file.relativePath] = count == 0 ? nil : count
        return count == 0
    }

    /// The fetch of `file`, new (then `isNew`) or under way.
    mutating func fetch(_ file: CachedFile, isDemanded: Bool) -> (fetch: Fetch, isNew: Bool) {
        if let fetch = fetches[file.relativePath] {
            if isDemanded { fetch.demand() }
            return (fetch, false)
        }
        let fetch = Fetch(file, isDemanded: isDemanded)
        fetches[file.relativePath] = fetch
        waiting.append(fetch)
        return (fetch, true)
    }

    /// The next fetch to work at: what someone waits for comes first.
    mutating func takeNext() -> Fetch? {
        guard !waiting.isEmpty else { return nil }
        return waiting.remove(at: waiting.firstIndex(where: \.isDemanded) ?? 0)
    }

    /// Whether something is at work that nobody waits for.
    var isFetchingAhead: Bool {
        fetches.values.count { !$0.isDemanded } > waiting.count { !$0.isDemanded }
    }

    mutating func remove(_ fetch: Fetch) { fetches[fetch.file.relativePath] = nil }

    mutating func setForecast(_ files: [CachedFile], of reader: Int) -> [CachedFile] {
        let old = forecasts[reader] ?? []
        forecasts[reader] = files.isEmpty ? nil : files
        return old
    }

    /// Takes files out of the forecasts, farthest first, until `bytes` bytes of them are no longer
    /// in use; `isHere` says which files are worth it. The result's uses are not ended yet.
    mutating func giveUpForecasts(
        bytes: Int, isHere: (CachedFile) throws -> Bool
    ) rethrows -> [CachedFile] {
        var (given, freed) = ([CachedFile](), 0)
        var depth = forecasts.values.map(\.count).max() ?? 0
        while depth > 0, freed < bytes {
            for reader in forecasts.keys.sorted(by: >) where freed < bytes {
                guard var files = forecasts[reader], files.count == depth else { continue }
                let file = files.removeLast()
                forecasts[reader] = files.isEmpty ? nil : files
                given.append(file)
                if uses[file.relativePath] == 1, try isHere(file) { freed += file.file.bytes }
            }
            depth -= 1
        }
        return given
    }

    mutating func postpone(_ file: CachedFile) {
        if !postponed.contains(file) { postponed.append(file) }
    }

    /// A postponed file that is still in use, to be tried again.
    mutating func takePostponed() -> CachedFile? {
        while !postponed.isEmpty {
            let file = postponed.removeFirst()
            if isInUse(file.relativePath) { return file }
        }
        return nil
    }
}
