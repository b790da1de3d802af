using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Foreman.Bench;

/// <summary>A report for people and for programs.</summary>
internal static class ReportText
{
    public static string Json(Report report) => JsonSerializer.Serialize(report, ReportJson.Default.Report);

    public static string Table(Report report)
    {
        var text = new StringBuilder().AppendLine(report.Machine).AppendLine();
        Row(text, "API server", "n", "round trip p50", "create → Running p50", "p99", "ratio", "create → ended p50");
        foreach (var server in report.Servers)
        {
            if (server.Skipped is { } why)
            {
                text.Append(server.Server).Append(": not measured: ").AppendLine(why);
                continue;
            }

            Row(
                text, server.Server, server.CreateToRunning!.Count.ToString(CultureInfo.InvariantCulture), Ms(server.RoundTrip!.P50),
                Ms(server.CreateToRunning.P50), Ms(server.CreateToRunning.P99), Number(server.Ratio!.Value) + " x", Ms(server.CreateToEnded!.P50));
        }

        if (report.Forms is not [])
        {
            text.AppendLine();
            Row(text, "programs", "", "agent file", "operator file", "start", "", "idle", "anonymous", "2,000 tasks", "CPU s/min", "operator");
            foreach (var form in report.Forms)
            {
                Row(
                    text, form.Form, "", Mb(form.AgentFileMB), Mb(form.OperatorFileMB), Number(form.StartToHeartbeatMs), "", Mb(form.AgentIdleMB), Mb(form.AgentAnonymousMB),
                    Mb(form.AgentForeignTasksMB), form.AgentProcessorSecondsPerMinute?.ToString("0.00", CultureInfo.InvariantCulture) ?? "?", Mb(form.OperatorMB));
            }
        }

        var agent = report.Agent;
        text.AppendLine().Append("agent: ").Append(agent.Program).AppendLine(agent.IsPublished ? "" : " (a build, not published: its file is not all of it)");
        text.Append("  file ").Append(Mb(agent.FileMB)).Append(", resident when idle ").Append(Mb(agent.ResidentMB)).Append(", of that private ").Append(Mb(agent.PrivateMB));
        return text.ToString();
    }

    private static void Row(StringBuilder text, params string[] cells)
    {
        int[] widths = [16, 6, 16, 22, 10, 8, 20, 12, 14, 12, 12];
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append(cells[i].PadRight(widths[i]));
        }

        text.Length -= text.Length - text.ToString().TrimEnd().Length;
        text.AppendLine();
    }

    private static string Ms(double value) => Number(value) + " ms";

    private static string Mb(double? value) => value is { } v ? Number(v) + " MB" : "not measured";

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
