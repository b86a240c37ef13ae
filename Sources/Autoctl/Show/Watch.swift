internal import Logging
internal import MonitorClient

/// The answer of a command that can be watched: given once, or shown already all along.
enum Watched<Answer: Displayable>: Displayable {
  case once(Answer)
  case watched

  var text: String {
    switch self {
    case .once(let answer): answer.text
    case .watched: ""
    }
  }

  func text(within width: Int?) -> String {
    switch self {
    case .once(let answer): answer.text(within: width)
    case .watched: ""
    }
  }

  var json: JSONValue {
    switch self {
    case .once(let answer): answer.json
    case .watched: .null
    }
  }
}

/// Shows something again and again, until a person interrupts it. A monitor that is away for a while
/// is told and asked again.
struct Watch: Sendable {
  let context: CommandContext

  /// Shows the whole answer each second.
  func redraw(
    _ question: @escaping @Sendable () async throws -> some Displayable
  ) async throws {
    try await each { _ in
      let answer = try await question()
      if context.format == .text, context.output.resultWidth != nil {
        context.output.result(Terminal.clear)
      }
      Renderer.print(answer, as: context.format, to: context.output)
    }
  }

  /// Performs a round each second; the monitor being unreachable ends a round only.
  func each(
    _ round: @escaping @Sendable (_ number: Int) async throws -> Void
  ) async throws {
    try await context.untilInterrupted {
      var number = 0
      var lastComplaint: String?
      while !Task.isCancelled {
        do {
          try await round(number)
          number += 1
          lastComplaint = nil
        } catch let error as MonitorError where error.code == .unreachable && number > 0 {
          if lastComplaint != error.message { context.logger.warning("\(error.message)") }
          lastComplaint = error.message
        }
        try await context.clock.sleep(for: .seconds(1))
      }
    }
  }
}
