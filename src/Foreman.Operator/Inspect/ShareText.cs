using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>Shares and quotas for people and for programs. Pure.</summary>
internal static class ShareText
{
    /// <summary>A table of the queues, where there are several or their weights are given, and one of the quotas.</summary>
    /// <param name="shares">What is shown of them.</param>
    /// <param name="queues">How many queues there are, those that are not shown included.</param>
    public static IEnumerable<EndLine> Lines(FleetShares shares, int queues)
    {
        var lines = new List<EndLine>();
        if (shares.Queues.Any(q => queues > 1 || q.Weight != 1))
        {
            var table = new TextTable("QUEUE", "WEIGHT", "USED, TOKEN-SECONDS", "FOR ITS WEIGHT", "RUN", "WAIT");
            foreach (var queue in shares.Queues)
            {
                table.Add(LineLook.Plain, Name(queue.Namespace, queue.Queue), Number(queue.Weight), Number(Math.Round(queue.Use)), Number(Math.Round(queue.Share)), Number(queue.Running), Number(queue.Waiting));
            }

            lines.AddRange([new(""), .. table.Lines()]);
        }

        if (!shares.Quotas.IsEmpty)
        {
            var table = new TextTable("QUOTA", "HOURS", "TOKENS USED", "SET ASIDE", "OF", "SECONDS USED", "SET ASIDE", "OF", "RUN", "OF");
            foreach (var figure in shares.Quotas)
            {
                var quota = figure.Quota;
                var hasWindow = figure.Tokens is not null || figure.Seconds is not null;
                table.Add(
                    LineLook.Plain,
                    [Name(quota), hasWindow ? Number(quota.WindowHours) : "-", .. Cells(figure.Tokens), .. Cells(figure.Seconds), Number(figure.Running), quota.MaxRunning is { } most ? Number(most) : "-"]);
            }

            lines.AddRange([new(""), .. table.Lines()]);
        }

        return lines;
    }

    /// <summary>A quota in a line.</summary>
    public static string Line(QuotaFigure figure)
    {
        string Amount(string unit, QuotaAmount amount) => string.Create(
            CultureInfo.InvariantCulture, $"{amount.Used:N0} of {amount.Limit:N0} {unit} in {figure.Quota.WindowHours} h used, {amount.Reserved:N0} set aside");
        string?[] parts =
        [
            figure.Tokens is { } tokens ? Amount("tokens", tokens) : null,
            figure.Seconds is { } seconds ? Amount("seconds", seconds) : null,
            figure.Quota.MaxRunning is { } most ? string.Create(CultureInfo.InvariantCulture, $"{figure.Running} of {most} tasks run") : null,
        ];
        return TryFormat.OneLine($"quota of {figure.Quota.Owner}: {string.Join("; ", parts.OfType<string>())}", 500);
    }

    /// <summary>Queues for programs.</summary>
    public static JsonArray Json(IEnumerable<QueueFigure> queues) =>
    [
        .. queues.Select(q => (JsonNode)new JsonObject
        {
            ["namespace"] = q.Namespace,
            ["queue"] = q.Queue,
            ["weight"] = q.Weight,
            ["tokenSeconds"] = Math.Round(q.Use),
            ["share"] = Math.Round(q.Share),
            ["running"] = q.Running,
            ["waiting"] = q.Waiting,
        }),
    ];

    /// <summary>Quotas for programs.</summary>
    public static JsonArray Json(IEnumerable<QuotaFigure> quotas) =>
    [
        .. quotas.Select(q => (JsonNode)new JsonObject
        {
            ["namespace"] = q.Quota.Namespace,
            ["queue"] = q.Quota.Queue,
            ["role"] = q.Quota.Role?.ToString(),
            ["windowHours"] = q.Tokens is null && q.Seconds is null ? null : q.Quota.WindowHours,
            ["tokens"] = Json(q.Tokens),
            ["seconds"] = Json(q.Seconds),
            ["running"] = q.Running,
            ["maxRunning"] = q.Quota.MaxRunning,
        }),
    ];

    private static JsonObject? Json(QuotaAmount? amount) => amount is null ? null : new() { ["limit"] = amount.Limit, ["used"] = amount.Used, ["reserved"] = amount.Reserved };

    private static string Name(Quota quota) => (quota.Role, quota.Namespace) switch
    {
        (null, var space) => Name(space ?? "", quota.Queue),
        ({ } role, null) => $"role {role}",
        ({ } role, { } space) => $"{Name(space, quota.Queue)} role {role}",
    };

    private static string Name(string space, string? queue) => queue is null ? space : $"{space}/{queue}";

    private static string[] Cells(QuotaAmount? amount) => amount is null ? ["-", "-", "-"] : [Number(amount.Used), Number(amount.Reserved), Number(amount.Limit)];

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
