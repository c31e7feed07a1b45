import Serialization
import Testing

@Suite struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.text, as: UTF8.self)
    }

    @Test func valuesArePartedByCommas() {
        let text = written {
            $0.object {
                $0.key("a")
                $0.array {
                    $0.integer(1)
                    $0.array { _ in }
                    $0.string("x")
                }
                $0.key("b")
                $0.object { _ in }
                $0.key("c")
                $0.null()
            }
        }
        #expect(text == #"{"a":[1,[],"x"],"b":{},"c":null}"#)
    }

    @Test func numbersReadBackEqualAndAreNeverNaN() throws {
        for number in [0, -0.0, 0.1, 1e-5, 1e300, 5e-324, 12345678.9, 1.0 / 3] {
            let text = written { $0.number(number) }
            var reader = JSONReader(Array(text.utf8))
            #expect(try reader.number() == number)
        }
        #expect(
            written {
                $0.array {
                    $0.number(.nan)
                    $0.number(.infinity)
                    $0.number(1)
                }
            } == "[null,null,1.0]")
    }

    @Test func stringsReadBackEqual() throws {
        let string = String(String.UnicodeScalarView((0..<0x180).compactMap(Unicode.Scalar.init)))
        let text = written { $0.string(string + "\u{2028}😀") }
        #expect(!text.utf8.contains { $0 < 0x20 })
        var reader = JSONReader(Array(text.utf8))
        #expect(try reader.string() == Array((string + "\u{2028}😀").utf8))
    }
}
