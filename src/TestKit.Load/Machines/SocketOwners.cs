using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>Which processes of this machine serve a load: what listens where it is sent to, what that asks over TCP, and so on.</summary>
/// <param name="sockets">Of this network namespace.</param>
/// <param name="owners">The processes that hold a socket, by its inode.</param>
internal sealed class SocketOwners(IReadOnlyList<TcpSocket> sockets, ILookup<string, int> owners)
{
    private readonly ILookup<int, TcpSocket> _listening = sockets.Where(socket => socket.Listens).ToLookup(socket => socket.LocalPort);
    private readonly HashSet<(string, string)> _pairs =
        [.. sockets.Where(socket => socket.IsConnected).Select(socket => (socket.Local, socket.Remote))];

    /// <summary>Of this machine as it is now.</summary>
    public static SocketOwners Read(IEnumerable<int> processes)
    {
        var held = processes.SelectMany(process => TcpSocket.HeldBy(process).Select(inode => (Inode: inode, Process: process)));
        return new(TcpSocket.ReadAll(), held.ToLookup(one => one.Inode, one => one.Process));
    }

    /// <summary>What listens on a port; empty where it cannot be seen.</summary>
    public IEnumerable<int> Listening(int port) => _listening[port].SelectMany(socket => owners[socket.Inode]).Distinct();

    /// <summary>What a process asks: the listeners of the connections that it made to this machine itself.</summary>
    public IEnumerable<int> AskedBy(int process) => sockets
        .Where(socket => socket.IsConnected && owners[socket.Inode].Contains(process) && !_listening.Contains(socket.LocalPort)
            && _pairs.Contains((socket.Remote, socket.Local)))
        .Select(socket => socket.RemotePort).Distinct().SelectMany(Listening);
}
