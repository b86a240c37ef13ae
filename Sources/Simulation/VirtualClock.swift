/// Something that is to happen; it can be called off.
final class Appointment {
  fileprivate let moment: Duration
  fileprivate let number: Int
  fileprivate var action: (() -> Void)?

  fileprivate init(moment: Duration, number: Int, action: @escaping () -> Void) {
    self.moment = moment
    self.number = number
    self.action = action
  }

  func callOff() { action = nil }

  fileprivate func comesBefore(_ other: Appointment) -> Bool {
    moment != other.moment ? moment < other.moment : number < other.number
  }
}

/// The time of a simulated day. It goes from one appointment to the next.
final class VirtualClock: @unchecked Sendable {
  private(set) var now: Duration = .zero
  private var heap: [Appointment] = []
  private var appointments = 0

  @discardableResult
  func after(_ delay: Duration, _ action: @escaping () -> Void) -> Appointment {
    appointments += 1
    let appointment = Appointment(
      moment: now + max(delay, .zero), number: appointments, action: action)
    insert(appointment)
    return appointment
  }

  /// Goes on to the next appointment and keeps it; `false` when none comes before the end.
  func keepNext(before end: Duration) -> Bool {
    while let next = heap.first, next.moment <= end {
      removeFirst()
      guard let action = next.action else { continue }
      now = next.moment
      next.action = nil
      action()
      return true
    }
    now = max(now, end)
    return false
  }

  /// Nothing of what was to come happens any more.
  func forgetAll() {
    for appointment in heap { appointment.callOff() }
    heap = []
  }

  private func insert(_ appointment: Appointment) {
    heap.append(appointment)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].comesBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].comesBefore(heap[least]) { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
