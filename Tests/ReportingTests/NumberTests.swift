import Reporting
import Testing

@Suite("Numbers as people read them")
struct NumberTests {
    @Test(
        "Whole numbers have their thousands apart",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (306_939_648, "306,939,648"),
            (-12_345, "-12,345"), (.max, "9,223,372,036,854,775,807"),
        ])
    func grouping(number: Int, text: String) {
        #expect(grouped(number) == text)
    }

    @Test(
        "Counts have three digits and a unit",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1k"), (1234, "1.23k"), (12_345, "12.3k"),
            (393_000, "393k"), (999_499, "999k"), (999_500, "1M"), (4_718_592, "4.72M"),
            (60_000_000_000, "60B"), (2_300_000_000_000, "2.3T"),
        ])
    func counts(count: Int, text: String) {
        #expect(shortCount(count) == text)
    }

    @Test(
        "Numbers have three digits in plain writing, whole ones from 100 on",
        arguments: [
            (0, "0"), (0.8166, "0.817"), (1.5, "1.5"), (23.44, "23.4"), (99.96, "100"),
            (1570.4, "1570"),
        ])
    func shortNumbers(value: Double, text: String) {
        #expect(shortNumber(value) == text)
    }

    @Test("Decimal places are as many as asked for")
    func decimals() {
        #expect(decimal(5.12, places: 3) == "5.120")
        #expect(decimal(5.5001, places: 0) == "6")
        #expect(decimal(.nan, places: 1) == "nan")
    }

    @Test(
        "Powers of ten have the shortest exponent, and none for 1",
        arguments: [
            (0, "0.00"), (1, "1.00"), (12, "1.20e1"), (1.0449e21, "1.04e21"), (8e-4, "8.00e-4"),
            (1.25e-12, "1.25e-12"), (3e100, "3.00e100"),
        ])
    func powers(value: Double, text: String) {
        #expect(scientific(value) == text)
    }

    @Test("Percents have no more decimal places than they need, or a fixed number")
    func percents() {
        #expect(percent(0.3) == "30 %")
        #expect(percent(0.225) == "22.5 %")
        #expect(percent(0.07) == "7 %")
        #expect(percent(0.0125) == "1.2 %" || percent(0.0125) == "1.3 %")
        #expect(percent(0.0125, upTo: 3) == "1.25 %")
        #expect(percent(1) == "100 %")
        #expect(percent(0.3, places: 2) == "30.00 %")
    }

    @Test(
        "Percents of three digits have at most three decimal places",
        arguments: [
            (0, "0.000 %"), (1e-6, "<0.001 %"), (0.00034, "0.034 %"), (0.0345, "3.45 %"),
            (0.345, "34.5 %"), (1, "100.0 %"),
        ])
    func threeDigits(share: Double, text: String) {
        #expect(threeDigitPercent(share) == text)
    }

    @Test("Work is done to 100 % only when all of it is")
    func done() {
        #expect(percentDone(999, of: 1000) == "99 %")
        #expect(percentDone(29, of: 100) == "29 %")
        #expect(percentDone(0, of: 0) == "0 %")
        #expect(percentDone(0.9999) == "99 %")
        #expect(percentDone(1.2) == "100 %")
        #expect(percentDone(.nan) == "0 %")
    }

    @Test(
        "Bytes have decimal units on disks",
        arguments: [
            (0, "0 B"), (512, "512 B"), (999, "999 B"), (1000, "1 kB"), (250_000, "250 kB"),
            (999_960, "1 MB"), (3_440_000, "3.4 MB"), (12_345_678, "12.3 MB"),
            (99_960_000, "100 MB"), (1_500_000_000_000, "1.5 TB"),
        ])
    func decimalUnits(bytes: Int, text: String) {
        #expect(decimalBytes(bytes) == text)
    }

    @Test(
        "Bytes have binary units in memory",
        arguments: [
            (0, "0 MiB"), (1 << 29, "512 MiB"), (1 << 30, "1.00 GiB"),
            (6_377_000_000, "5.94 GiB"), (24 << 30, "24.0 GiB"),
        ])
    func binaryUnits(bytes: Int, text: String) {
        #expect(binaryBytes(bytes) == text)
    }

    @Test(
        "Durations have the units that people use",
        arguments: [
            (0, "0 s"), (44.6, "45 s"), (89, "89 s"), (90, "2 min"), (480, "8 min"),
            (5399, "90 min"), (5400, "1 h 30 min"), (7500, "2 h 05 min"),
            (172_799, "47 h 59 min"), (273_600, "3 d 4 h"), (.infinity, "?"), (.nan, "?"),
        ])
    func durations(seconds: Double, text: String) {
        #expect(shortDuration(seconds: seconds) == text)
    }

    @Test func `what is left takes as long as what was done, by shares`() {
        #expect(timeLeft(share: 0.25, after: 10) == "30 s left")
        #expect(timeLeft(share: 1, after: 10) == "0 s left")
        #expect(timeLeft(share: 0, after: 10) == "? left")
    }

    @Test(
        "Estimates have one unit, however long they are",
        arguments: [
            (0, "0 min"), (0.0055, "7.92 min"), (0.5, "12 hours"), (3.2, "3.2 days"),
            (999, "999 days"), (152_309, "417 years"), (730_500, "2,000 years"),
        ])
    func estimates(days: Double, text: String) {
        #expect(estimatedDuration(days: days) == text)
    }

    @Test("Nouns and verbs agree with counts")
    func agreement() {
        #expect(counted(0, "document") == "0 documents")
        #expect(counted(1, "document") == "1 document")
        #expect(counted(2, "document") == "2 documents")
        #expect(counted(2, "hash", plural: "hashes") == "2 hashes")
        #expect(agreeing(1, "was", "were") == "was")
        #expect(agreeing(1.5, "pass", "passes") == "passes")
    }
}
