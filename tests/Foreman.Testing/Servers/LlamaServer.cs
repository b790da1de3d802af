using System.Globalization;

namespace Foreman.Testing;

/// <summary>A real llama-server with the tiny tool-calling model: two slots, 2,048 tokens each, metrics on.</summary>
public sealed class LlamaServer : ModelServer
{
    private LlamaServer(int port, RealProcess process)
    {
        Port = port;
        Process = process;
    }

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason => RealParts.LlamaServer.SkipReason ?? RealParts.Model.SkipReason;

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string ModelName => Path.GetFileName(RealParts.Model.Path)!;

    /// <inheritdoc/>
    public override RealProcess Process { get; }

    /// <summary>Starts one of its own, with more arguments if given; skips the running test when there is none to be had.</summary>
    public static async Task<LlamaServer> StartAsync(params string[] more)
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        var (port, process) = await StartOnFreePortAsync("/health", port => new ProcessRequest
        {
            Program = RealParts.LlamaServer.Path!,
            Arguments =
            [
                "-m", RealParts.Model.Path!, "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture),
                "-np", "2", "-c", "4096", "--metrics", .. more,
            ],
        });
        return new LlamaServer(port, process);
    }

    /// <summary>The one that the tests of an assembly share; skips the running test when there is none to be had. Don't hold it.</summary>
    public static Task<LlamaServer> SharedAsync()
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        return SharedServers.LlamaServerAsync();
    }
}
