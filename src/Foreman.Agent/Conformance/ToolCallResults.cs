using System.Collections.Immutable;
using System.Text.Json;
using Foreman.Api;
using Foreman.Probes;

namespace Foreman.Agent.Conformance;

/// <summary>What was found of the models of this host, kept in the state folder over restarts. Methods may be called from any thread.</summary>
internal sealed class ToolCallResults
{
    /// <summary>More builds than a host sees in years; the oldest go.</summary>
    internal const int Most = 256;

    private const int MaxFileBytes = 1 << 20;

    private readonly string _path;
    private ImmutableList<ToolCallResult> _results;

    private ToolCallResults(string path, IEnumerable<ToolCallResult> results) => (_path, _results) = (path, [.. results.TakeLast(Most)]);

    /// <summary>Reads what is kept in a state folder; a file that is missing or damaged is as none, since its content can be found again.</summary>
    public static ToolCallResults Open(string stateFolder)
    {
        var path = Path.Combine(stateFolder, "tool-calls.json");
        try
        {
            var file = new FileInfo(path);
            var read = file.Exists && file.Length <= MaxFileBytes ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ToolCallJson.Default.ToolCallFile) : null;
            return new ToolCallResults(path, (read?.Results ?? []).Where(r => r is { Build: not null, Server: not null, Model: not null, Form.Value: not null }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return new ToolCallResults(path, []);
        }
    }

    /// <summary>True when this very build was tried.</summary>
    public bool Has(ModelBuild build) => _results.Exists(r => r.Build == build.Build);

    /// <summary>What is known of a model: the result of its build, else the last one of the model at that server; null when there is none.</summary>
    public ToolCallForm? Of(ModelBuild build) =>
        (_results.FindLast(r => r.Build == build.Build) ?? _results.FindLast(r => r.Server == build.Server && r.Model == build.Model))?.Form;

    /// <summary>Keeps a result, in place of an earlier one of the same build.</summary>
    /// <exception cref="IOException">The file can't be written; the result is kept in memory.</exception>
    public void Add(ToolCallResult result)
    {
        _results = [.. _results.Where(r => r.Build != result.Build).Append(result).TakeLast(Most)];
        var next = _path + ".new";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(new ToolCallFile(_results), ToolCallJson.Default.ToolCallFile));
        File.Move(next, _path, overwrite: true);
    }

    /// <summary>A probe's result with what is known of its models.</summary>
    public ProbeResult Apply(ProbeResult probed)
    {
        var builds = probed.Builds.DistinctBy(b => (b.Server, b.Model)).ToDictionary(b => (b.Server, b.Model));
        var models = probed.Capability.Models?.Select(m => builds.TryGetValue((m.Server, m.Name), out var build) ? m with { ToolCalls = Of(build) } : m);
        return models is null ? probed : probed with { Capability = probed.Capability with { Models = [.. models] } };
    }
}
