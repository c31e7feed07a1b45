import Diagnostics
import Testing

@Suite struct InputErrorTests {
    private func text(at location: String = "a", found: String) -> String {
        InputError(at: location, expected: "b", found: found, remedy: "Do it.").description
    }

    @Test func `words that end in a full stop get no second one`() {
        #expect(text(found: "c") == "a: expected b, found c. Do it.")
        #expect(text(found: "It is not c.") == "a: expected b, found It is not c. Do it.")
    }

    @Test func `an empty location is shown`() {
        #expect(text(at: "", found: "c") == "\"\": expected b, found c. Do it.")
    }
}
