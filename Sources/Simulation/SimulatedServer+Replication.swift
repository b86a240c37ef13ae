internal import Failover

/// The sender's end of a connection to a standby.
final class Sender {
  let connection: Int
  let standby: Int
  let name: String
  /// How many records were sent.
  var sent: Int
  /// How far the standby has flushed, by its word; 0 before it said anything.
  var flushed: UInt64 = 0
  var replies = 0
  var lastHeard: Duration
  var messagesSent = 0
  var messagesHeard = 0

  init(connection: Int, standby: Int, name: String, sent: Int, now: Duration) {
    self.connection = connection
    self.standby = standby
    self.name = name
    self.sent = sent
    lastHeard = now
  }
}

/// The receiver's end.
final class Receiver {
  let connection: Int
  let upstream: Int
  var isStreaming = false
  var lastHeard: Duration
  var lastReply: Duration
  var messagesSent = 0
  var messagesHeard = 0

  init(connection: Int, upstream: Int, now: Duration) {
    self.connection = connection
    self.upstream = upstream
    lastHeard = now
    lastReply = now
  }
}

/// What a standby says when it connects.
struct Introduction {
  var connection: Int
  var standby: Int
  var name: String
  var identifier: UInt64?
  var timeline: Int
  var end: UInt64
}

// The standby's side. Times are those of the settings that a node's server has.
extension SimulatedServer {
  func connectUpstream() {
    guard isAlive, isInRecovery, isStandbyData, receiver == nil, let upstream else { return }
    let next = Receiver(
      connection: world.nextConnection(), upstream: upstream, now: world.clock.now)
    receiver = next
    let introduction = Introduction(
      connection: next.connection, standby: host.number, name: slot, identifier: systemIdentifier,
      timeline: log.records[durable - 1].timeline, end: flushedEnd)
    say(
      to: upstream, { $0.accept(introduction) }, refused: { $0.dropReceiver(next.connection) })
  }

  /// The receiver ends; another one is started half a second later.
  func dropReceiver(_ connection: Int) {
    guard receiver?.connection == connection else { return }
    receiver = nil
    later(.milliseconds(500)) { [self] in connectUpstream() }
  }

  func closeUpstream() {
    guard let gone = receiver else { return }
    say(to: gone.upstream, { $0.dropSender(gone.connection) })
  }

  fileprivate func accepted(_ connection: Int, newest: Int) {
    guard let receiver, receiver.connection == connection else { return }
    receiver.isStreaming = true
    receiver.lastHeard = world.clock.now
    newestTimeline = max(newestTimeline, newest)
    reply()
  }

  fileprivate func receive(
    _ connection: Int, _ number: Int, _ records: [LogRecord], following history: [Log.Switch]
  ) {
    guard isHeard(connection, number) else { return }
    guard !records.isEmpty else { return reply() }
    log.append(records, following: history)
    newestTimeline = max(newestTimeline, log.timeline)
    flush()
  }

  /// The next message of a connection that stands; after a gap the connection is broken.
  private func isHeard(_ connection: Int, _ number: Int) -> Bool {
    guard let receiver, receiver.connection == connection else { return false }
    guard receiver.messagesHeard + 1 == number else {
      closeUpstream()
      dropReceiver(connection)
      return false
    }
    receiver.messagesHeard = number
    receiver.lastHeard = world.clock.now
    return true
  }

  /// Tells the sender how far it has flushed.
  func reply() {
    guard let receiver, receiver.isStreaming else { return }
    receiver.lastReply = world.clock.now
    receiver.messagesSent += 1
    let (connection, number, end) = (receiver.connection, receiver.messagesSent, flushedEnd)
    say(to: receiver.upstream, { $0.hear(connection, number, end) })
  }

  func watchReceiver() {
    guard let receiver else { return }
    let silence = world.clock.now - receiver.lastHeard
    if silence > .seconds(3) {
      closeUpstream()
      dropReceiver(receiver.connection)
    } else if receiver.isStreaming,
      silence > .milliseconds(1500) || world.clock.now - receiver.lastReply >= .seconds(1)
    {
      reply()
    }
  }

  /// Stops receiving for good, with what was received flushed.
  func endReceiver() {
    closeUpstream()
    receiver = nil
  }
}

// The sender's side.
extension SimulatedServer {
  fileprivate func accept(_ introduction: Introduction) {
    let isWelcome =
      process == .running && introduction.identifier == systemIdentifier
      && log.contains(
        timeline: introduction.timeline, end: introduction.end, flushed: flushedEnd)
      // Its slot is still in use by a connection that nobody has given up.
      && !senders.contains { $0.name == introduction.name }
    guard isWelcome else {
      say(to: introduction.standby, { $0.dropReceiver(introduction.connection) })
      return
    }
    let sender = Sender(
      connection: introduction.connection, standby: introduction.standby, name: introduction.name,
      sent: log.count(upTo: introduction.end), now: world.clock.now)
    senders.append(sender)
    let newest = log.timeline
    say(
      to: introduction.standby, { $0.accepted(introduction.connection, newest: newest) },
      refused: { $0.dropSender(sender.connection) })
    pump(sender)
  }

  /// Sends what is flushed and was not sent; with nothing to send, a word that asks for an answer.
  func pump(_ sender: Sender, evenNothing: Bool = false) {
    guard sender.sent < durable || evenNothing else { return }
    let records = Array(log.records[min(sender.sent, durable)..<durable])
    sender.sent = durable
    sender.messagesSent += 1
    let (connection, number, history) = (sender.connection, sender.messagesSent, log.switches)
    say(
      to: sender.standby, { $0.receive(connection, number, records, following: history) },
      refused: { $0.dropSender(connection) })
  }

  fileprivate func hear(_ connection: Int, _ number: Int, _ end: UInt64) {
    guard let sender = senders.first(where: { $0.connection == connection }) else { return }
    guard sender.messagesHeard + 1 == number else {
      closePeer(of: sender)
      return dropSender(connection)
    }
    sender.messagesHeard = number
    sender.flushed = max(sender.flushed, end)
    sender.replies += 1
    // A standby that has not been sent anything for a while asks for a word.
    if world.clock.now - sender.lastHeard > .milliseconds(900) { pump(sender, evenNothing: true) }
    sender.lastHeard = world.clock.now
    if !isInRecovery { release() }
  }

  func dropSender(_ connection: Int) { senders.removeAll { $0.connection == connection } }

  func closePeer(of sender: Sender) {
    let connection = sender.connection
    say(to: sender.standby, { $0.dropReceiver(connection) })
  }

  func watchSenders() {
    for sender in senders {
      let silence = world.clock.now - sender.lastHeard
      if silence > .seconds(5) {
        closePeer(of: sender)
        dropSender(sender.connection)
      } else if silence > .milliseconds(1200) {
        pump(sender, evenNothing: true)
      }
    }
  }

  /// Sends something to another server; a host whose server does not live refuses.
  private func say(
    to other: Int, _ message: @escaping (SimulatedServer) -> Void,
    refused: @escaping (SimulatedServer) -> Void = { _ in }
  ) {
    let there = world.hosts[other]
    world.network.send(from: host.place, to: there.place) { [self] in
      let peer = there.server
      peer.arrive {
        message(peer)
      } refused: {
        world.network.send(from: there.place, to: host.place) { [self] in
          arrive { [self] in refused(self) }
        }
      }
    }
  }
}
