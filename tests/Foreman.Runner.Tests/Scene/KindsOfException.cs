using System.Net;
using System.Text.Json;
using Foreman.Kubernetes;

namespace Foreman.Runner.Tests.Scene;

/// <summary>What anything that a run calls may throw, each with a name for messages.</summary>
internal static class KindsOfException
{
    /// <summary>Those that come from anywhere.</summary>
    public static IReadOnlyList<(string Name, Func<Exception> Make)> Anywhere { get; } =
    [
        ("a fault of the program", () => new InvalidOperationException("a fault")),
        ("a serializer", () => new JsonException("the maximum depth is exceeded")),
        ("a disk", () => new IOException("No space left on device", 28)),
        ("a cancellation of somebody else's", () => new TaskCanceledException("not by us")),
        ("a disposed object", () => new ObjectDisposedException("a connection")),
        ("a credential plugin", () => new KubernetesUnreachableException(new Uri("https://one.example"), UnreachableReason.Credential, "the plugin failed")),
    ];

    /// <summary>An answer of the API server.</summary>
    public static (string Name, Func<Exception> Make) Answer(string name, HttpStatusCode status, string reason, V1StatusDetails? details = null) =>
        (name, () => TaskServer.Error(status, reason, details));
}
