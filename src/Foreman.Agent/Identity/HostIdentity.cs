using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Hosting;

namespace Foreman.Agent.Identity;

/// <summary>
/// Who this process is: the host's id, kept on its disk, and a nonce of the process. A lock on the folder keeps a second
/// agent from using the same id, outbox and transcripts; it goes with the process, however that ends.
/// </summary>
internal sealed partial class HostIdentity : IDisposable
{
    private readonly FileStream _lock;

    private HostIdentity(FileStream @lock, string hostId, string nonce)
    {
        _lock = @lock;
        HostId = hostId;
        Holder = Foreman.Api.Holder.ForProcess(hostId, nonce);
    }

    /// <summary>Id of the host; it stays the same over restarts.</summary>
    public string HostId { get; }

    /// <summary>Identity in Leases and claims.</summary>
    public string Holder { get; }

    /// <summary>Takes the lock, and reads the host's id or makes one.</summary>
    /// <param name="folder">The state folder; made when it is not there, for its owner only.</param>
    /// <param name="nonce">Different for every process.</param>
    /// <exception cref="ExitException">Another agent uses the folder, or it can't be used.</exception>
    public static HostIdentity Open(string folder, string nonce)
    {
        WritableFolder.Ensure(folder, "--state-dir", "the host's identity and the results that wait to be delivered");
        var stream = Lock(folder);
        try
        {
            return new HostIdentity(stream, ReadOrCreate(Path.Combine(folder, "host-id")), nonce);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string folder)
    {
        try
        {
            var stream = new FileStream(Path.Combine(folder, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PidFile(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostLimits.Explain(e) ?? new ExitException(
                ExitCodes.TryAgain,
                $"another foreman-agent{Owner(folder)} uses {folder}: stop it first, or give this one a folder of its own with --state-dir", e);
        }
    }

    // Beside the lock, because a locked file can't even be read.
    private static string PidFile(string folder) => Path.Combine(folder, "agent.pid");

    private static string Owner(string folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile(folder)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string ReadOrCreate(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                var id = File.ReadAllText(path).Trim();
                return IdPattern().IsMatch(id) ? id : throw new ExitException(
                    ExitCodes.BadConfiguration,
                    $"{path} holds no host id (8 to 64 lower-case letters, digits and dashes): delete the file, and the host registers as a new one");
            }

            var created = Guid.NewGuid().ToString("n");
            File.WriteAllText(path + ".new", created + "\n");
            File.Move(path + ".new", path);
            return created;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostLimits.Explain(e) ?? new ExitException(ExitCodes.BadConfiguration, $"the host's id in {path} can't be read or written: {e.Message}", e);
        }
    }

    [GeneratedRegex("^[a-z0-9-]{8,64}$")]
    private static partial Regex IdPattern();
}
