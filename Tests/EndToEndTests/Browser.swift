import Foundation
import TestSupport

/// Chromium without a window, where it is installed.
struct Browser {
    /// What it saw of a page.
    struct Visit {
        /// Lines that the page caused on the console.
        let console: [String]
        /// Addresses that the page asked for over the network; the browser's own business is left
        /// out.
        let requests: [String]
        /// The document as it was in the end.
        let document: String
    }

    /// Why tests with a browser are skipped.
    static let absence: String = "needs chromium; scripts/install-test-tools.sh installs it"
    private static let program: String? = ["/usr/bin/chromium", "/usr/local/bin/chromium"]
        .first(where: FileManager.default.isExecutableFile)
    static var isThere: Bool { program != nil }

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Opens a page.
    func visit(_ page: String) throws -> Visit {
        try folder.write(page, to: "page.html")
        let ending = try RunningProgram(
            Self.program ?? "",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--user-data-dir=\(folder.path("profile"))", "--window-size=1200,900",
                "--enable-logging=stderr", "--log-net-log=\(folder.path("network.json"))",
                "--dump-dom", "file://\(folder.path("page.html"))",
            ], in: nil
        ).wait(patience: 120)
        return Visit(
            console: ending.messages.split(separator: "\n").map(String.init)
                .filter { $0.contains(":CONSOLE:") },
            requests: try requests(), document: ending.output)
    }

    /// Requests that a page began, from the browser's log of the network.
    private func requests() throws -> [String] {
        let text = try Data(contentsOf: URL(filePath: folder.path("network.json")))
        let log = try JSONSerialization.jsonObject(with: text) as? NSDictionary
        let events = log?["events"] as? [NSDictionary] ?? []
        return events.compactMap { event in
            guard let parameters = event["params"] as? NSDictionary,
                let address = parameters["url"] as? String,
                let initiator = parameters["initiator"] as? String, initiator != "not an origin"
            else { return nil }
            return address
        }
    }
}
