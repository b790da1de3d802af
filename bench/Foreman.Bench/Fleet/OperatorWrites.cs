using System.Globalization;

namespace Foreman.Bench.Fleet;

/// <summary>What an operator has sent to the API server to be written, by its own metrics; what was refused counts too.</summary>
/// <param name="Objects">Writes to all objects but Leases.</param>
/// <param name="Leases">Writes to Leases.</param>
internal sealed record OperatorWrites(long Objects, long Leases)
{
    private const string Requests = "kubernetes_client_requests_total{";

    /// <summary>Reads them from the text of <c>/metrics</c>.</summary>
    /// <param name="metrics">The text, in the format of Prometheus.</param>
    public static OperatorWrites Of(string metrics)
    {
        var sum = new OperatorWrites(0, 0);
        foreach (var line in metrics.Split('\n').Where(l => l.StartsWith(Requests, StringComparison.Ordinal)))
        {
            // What the server is asked about rights is a POST that stores nothing.
            if (Label(line, "http_request_method") == "GET" || Label(line, "kubernetes_group") == "authorization.k8s.io")
            {
                continue;
            }

            var count = (long)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
            sum = Label(line, "kubernetes_resource") == "leases" ? sum with { Leases = sum.Leases + count } : sum with { Objects = sum.Objects + count };
        }

        return sum;
    }

    /// <summary>Those that came after others.</summary>
    /// <param name="before">What had been written before.</param>
    public OperatorWrites Since(OperatorWrites before) => new(Objects - before.Objects, Leases - before.Leases);

    private static string? Label(string line, string name)
    {
        var start = line.IndexOf(name + "=\"", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += name.Length + 2;
        return line[start..line.IndexOf('"', start)];
    }
}
