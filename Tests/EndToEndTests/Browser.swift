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
    ///
    /// - Parameters:
    ///   - width: what the page takes for the window's width. (A window is not narrower than 500
    ///     pixels, so the page is put into a frame.)
    ///   - isDark: whether the reader prefers dark colours.
    func visit(_ page: String, width: Int = 1200, isDark: Bool = false) throws -> Visit {
        try folder.write(page, to: "page.html")
        try folder.write(Self.frame(width, isDark: isDark), to: "frame.html")
        let ending = try RunningProgram(
            Self.program ?? "",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--user-data-dir=\(folder.path("profile"))", "--window-size=1400,900",
                "--enable-logging=stderr", "--log-net-log=\(folder.path("network.json"))",
                "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
                "--virtual-time-budget=5000",
                "--dump-dom", "file://\(folder.path("frame.html"))",
            ], in: nil
        ).wait(patience: 120)
        return Visit(
            console: ending.messages.split(separator: "\n").map(String.init)
                .filter { $0.contains(":CONSOLE:") },
            requests: try requests(), document: ending.output)
    }

    /// A document around the page that keeps what scripts in the page tell it.
    private static func frame(_ width: Int, isDark: Bool) -> String {
        let scheme = "color-scheme: \(isDark ? "dark" : "light")"
        return """
            <!DOCTYPE html><html style="\(scheme)"><body><output></output><script>
            addEventListener("message", event => {
              document.querySelector("output").textContent = event.data; });
            </script><iframe src="page.html" style="width: \(width)px; height: 900px; border: 0; \
            \(scheme)"></iframe></body></html>
            """
    }

    /// Requests that a page began, from the browser's log of the network.
    private func requests() throws -> [String] {
        let text = try Data(contentsOf: URL(filePath: folder.path("network.json")))
        let log = try JSONSerialization.jsonObject(with: text) as? NSDictionary
        let events = log?["events"] as? [NSDictionary] ?? []
        return events.compactMap { event in
            guard let parameters = event["params"] as? NSDictionary,
                let address = parameters["url"] as? String, !address.hasPrefix("file:"),
                let initiator = parameters["initiator"] as? String, initiator != "not an origin"
            else { return nil }
            return address
        }
    }
}
