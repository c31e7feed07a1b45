import Glibc
import Synchronization

/// Names of files and folders that are not complete yet: `.NAME.partial-PROCESS-NUMBER`, beside
/// what they will become.
enum TemporaryName {
    private static let counter = Atomic<Int>(0)

    static func beside(_ path: String) -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        let name = "\(prefix)\(Folder.name(of: path))\(mark)\(getpid())-\(number)"
        return Folder.join(Folder.parent(of: path), name)
    }

    /// Whether `name` (without its folder) was made by `beside`, in this or another process.
    static func matches(_ name: String) -> Bool {
        name.hasPrefix(prefix) && name.contains(mark)
    }

    private static let prefix = "."
    private static let mark = ".partial-"
}
