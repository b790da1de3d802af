using System.Globalization;

namespace Foreman.Testing;

/// <summary>A real llama-server with the tiny tool-calling model: two slots, 2,048 tokens each, metrics on.</summary>
public sealed class LlamaServer : ModelServer
{
    // Several threads of one model wait for each other in a busy loop, for tens of seconds where other tests have the processors.
    private static readonly string[] OneThread = ["--threads", "1"];

    private readonly string[] _more;
    private RealProcess _process;

    private LlamaServer(int port, RealProcess process, string[] more) => (Port, _process, _more) = (port, process, more);

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason => RealParts.LlamaServer.SkipReason ?? RealParts.Model.SkipReason;

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string ModelName => Path.GetFileName(RealParts.Model.Path)!;

    /// <inheritdoc/>
    public override RealProcess Process => _process;

    /// <summary>Starts one of its own, with more arguments if given; skips the running test when there is none to be had.</summary>
    public static async Task<LlamaServer> StartAsync(params string[] more)
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        var (port, process) = await StartOnFreePortAsync("/health", port => Request(port, more));
        return new LlamaServer(port, process, more);
    }

    /// <inheritdoc/>
    public override async Task KillAndRestartAsync()
    {
        _process.Send(Signal.Kill);
        await _process.DisposeAsync();
        _process = RealProcess.Start(Request(Port, _more));
    }

    /// <summary>The one that the tests of an assembly share; skips the running test when there is none to be had. Don't hold it.</summary>
    public static Task<LlamaServer> SharedAsync()
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        return SharedServers.LlamaServerAsync();
    }

    private static ProcessRequest Request(int port, string[] more) => new()
    {
        Program = RealParts.LlamaServer.Path!,
        Arguments =
        [
            "-m", RealParts.Model.Path!, "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture),
            "-np", "2", "-c", "4096", "--metrics", .. OneThread, .. more,
        ],
    };
}
