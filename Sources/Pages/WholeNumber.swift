/// The whole number nearest to `value`, held to what an integer holds; 0 for what is no number.
package func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(min(max(value.rounded(), -9e18), 9e18))
}
