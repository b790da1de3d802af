using Foreman.Api;
using Foreman.Hosting;
using Foreman.Primitives;
using Foreman.Probes;

namespace Foreman.Operator.Try;

/// <summary>
/// Finds an LLM server: the configured one, else one on the usual ports of this machine. It is read as a host reads it, so that
/// both speak of the same models.
/// </summary>
internal sealed class ModelLookup(TimeProvider time)
{
    private static readonly TimeSpan NamedTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LocalTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The configured server.</summary>
    /// <exception cref="ExitException">It cannot be used, and why.</exception>
    public async Task<ModelSource> NamedAsync(Uri url, string? model, CancellationToken cancellationToken)
    {
        var found = await HostProbe.FindServersAsync(
            new ProbeOptions { Ports = [], ModelUrls = [url], RequestTimeout = NamedTimeout }, time, cancellationToken);
        var server = found.ModelServers![0];
        if (server.Healthy != true)
        {
            throw new ExitException(
                ExitCodes.NotReachable,
                $"--model-url {TryFormat.Trim(url)}: {server.Reason}; name an LLM server, for example http://127.0.0.1:8080");
        }

        var models = Models(found, server);
        if (models.Count == 0)
        {
            throw new ExitException(ExitCodes.NotReachable, $"--model-url {TryFormat.Trim(url)}: the server names no model that can chat; load one");
        }

        var chosen = model is null ? models[0] : Find(models, model) ?? throw new ExitException(
            ExitCodes.NotReachable, $"--model {model}: the server at {TryFormat.Trim(url)} has {Names(models)}");
        return new ModelSource(new Uri(server.Url), chosen.Name, Demo: false);
    }

    /// <summary>The first usual port that serves a model (the named one, if any); null when none does.</summary>
    /// <exception cref="ExitException">No server on this machine has the named model.</exception>
    public async Task<ModelSource?> LocalAsync(string? model, CancellationToken cancellationToken)
    {
        var found = await HostProbe.FindServersAsync(new ProbeOptions { RequestTimeout = LocalTimeout }, time, cancellationToken);
        var servers = found.ModelServers!.Where(s => s.Healthy == true).Select(s => (s.Url, Models: Models(found, s))).Where(s => s.Models.Count > 0).ToArray();
        foreach (var (url, models) in servers)
        {
            if (model is null || Find(models, model) is not null)
            {
                return new ModelSource(new Uri(url), (model is null ? models[0] : Find(models, model)!).Name, Demo: false);
            }
        }

        if (model is null)
        {
            return null;
        }

        var there = servers.Length == 0 ? "none answers on the ports " + string.Join(", ", ProbeOptions.UsualPorts) : "there are " + Names([.. servers.SelectMany(s => s.Models)]);
        throw new ExitException(
            ExitCodes.NotReachable,
            $"--model {model}: no LLM server on this machine has it ({there}); start one, or name its server with --model-url");
    }

    private static IReadOnlyList<ServedModel> Models(NodeCapability found, ModelServer server) =>
        [.. found.Models!.Where(m => m.Server == server.Url).OrderByDescending(m => m.Loaded == true).ThenByDescending(m => m.Tools != false)];

    private static ServedModel? Find(IReadOnlyList<ServedModel> models, string asked) =>
        ModelName.Find(asked, models, m => m.Name) ?? ModelName.Find(asked, models, m => m.Id ?? m.Name);

    private static string Names(IReadOnlyList<ServedModel> models) => string.Join(", ", models.Take(20).Select(m => m.Name));
}
