using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Foreman.Primitives;
using Foreman.Sandbox;
using Foreman.Sandbox.Egress;

namespace Foreman.Tools.Shell;

/// <summary>The way out of one command: a proxy, and what it refused.</summary>
public sealed class CommandEgress : IAsyncDisposable
{
    private const int MaxTold = 10;

    private readonly DirectoryInfo _folder;
    private readonly EgressProxy _proxy;
    private readonly Dictionary<EgressRefusal, int> _refusals = [];

    private CommandEgress(DirectoryInfo folder, EgressRules rules)
    {
        _folder = folder;
        _proxy = EgressProxy.Start(Socket, rules, new EgressLimits(), Refused);
    }

    /// <summary>Path of the proxy's socket.</summary>
    public string Socket => Path.Combine(_folder.FullName, "proxy");

    /// <summary>Starts the proxy; null when no host is listed or the cage gives no way out.</summary>
    /// <param name="rules">The hosts that may be reached.</param>
    /// <param name="mode">That of the cage of the command.</param>
    /// <exception cref="CageException">It can't be started.</exception>
    public static CommandEgress? Start(EgressRules rules, CageMode mode)
    {
        if (rules.IsEmpty || mode is not CageMode.Full)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("foreman-egress-");
        try
        {
            return new CommandEgress(folder, rules);
        }
        catch (SocketException e)
        {
            folder.Delete(recursive: true);
            throw new CageException($"the egress proxy can't be started: {e.Message}", e);
        }
    }

    /// <summary>What the model is told of hosts that are listed and that a command in this cage can't reach; empty when there is nothing to tell.</summary>
    /// <param name="rules">The hosts that are listed.</param>
    /// <param name="mode">That of the cage of the command.</param>
    internal static string Note(EgressRules rules, CageMode mode) => rules.IsEmpty || mode is not CageMode.Reduced ? ""
        : "\n[network: none. The sandbox of this host is `reduced`, in which the hosts of the Agent's spec.egress can't be reached]";

    /// <summary>What was refused, as lines for the model; empty when nothing.</summary>
    internal string Refusals()
    {
        lock (_refusals)
        {
            var text = new StringBuilder();
            foreach (var (refusal, times) in _refusals)
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"\n[network: {Printable.Line(refusal.Host, 80)}:{refusal.Port} was refused {times} times: {refusal.Reason}]");
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync().ConfigureAwait(false);
        _folder.Delete(recursive: true);
    }

    private void Refused(EgressRefusal refusal)
    {
        lock (_refusals)
        {
            if (_refusals.TryGetValue(refusal, out var times) || _refusals.Count < MaxTold)
            {
                _refusals[refusal] = times + 1;
            }
        }
    }
}
