import Foundation
import RemoteFiles
import Testing

@Suite("Pauses between attempts")
struct RetryPolicyTests {
    @Test("double up to a minute, for twelve attempts")
    func doubling() {
        let policy = RetryPolicy()
        let pauses = (1...12).map { policy.delaySeconds(afterFailures: $0, requested: nil) }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, nil])
    }

    @Test("are as long as the server asks, within ten minutes, and never shorter")
    func requested() {
        let policy = RetryPolicy()
        #expect(policy.delaySeconds(afterFailures: 1, requested: 120) == 120)
        #expect(policy.delaySeconds(afterFailures: 5, requested: 1) == 8)
        #expect(policy.delaySeconds(afterFailures: 1, requested: 1e9) == 600)
        #expect(policy.delaySeconds(afterFailures: 12, requested: 1) == nil)
    }

    @Test("are read from the header Retry-After, seconds or a date")
    func header() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(retryAfterSeconds("120", now: now) == 120)
        #expect(retryAfterSeconds("Tue, 14 Nov 2023 22:14:00 GMT", now: now) == 40)
        #expect(retryAfterSeconds("Tue, 14 Nov 2023 22:13:00 GMT", now: now) == 0)
        for text in ["", "soon", "-3", "2023-11-14"] {
            #expect(retryAfterSeconds(text, now: now) == nil)
        }
    }
}
