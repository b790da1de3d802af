using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Power source and thermal pressure of a Mac, by <c>pmset</c>, which needs no special rights.</summary>
internal static partial class MacPower
{
    private const string Pmset = "/usr/bin/pmset";

    public static async Task<(bool? OnBattery, string? Thermal)> ReadAsync(HelperPrograms commands, CancellationToken cancellationToken)
    {
        var source = await commands.RunAsync(Pmset, ["-g", "batt"], cancellationToken);
        var thermal = await commands.RunAsync(Pmset, ["-g", "therm"], cancellationToken);
        return (ParseOnBattery(source.Output), ParseThermal(thermal.Output));
    }

    /// <summary>A first line such as <c>Now drawing from 'Battery Power'</c>.</summary>
    public static bool? ParseOnBattery(string text) =>
        text.Contains("'Battery Power'", StringComparison.Ordinal) ? true
        : text.Contains("Now drawing from", StringComparison.Ordinal) ? false
        : null;

    /// <summary>A line such as <c>CPU_Speed_Limit = 72</c> while the Mac slows itself down; 100, or no line, when it does not.</summary>
    public static string? ParseThermal(string text)
    {
        var limit = SpeedLimit().Match(text);
        if (!limit.Success)
        {
            return text.Contains("No thermal warning level", StringComparison.Ordinal) ? "nominal" : null;
        }

        return KernelFile.ParseNumber(limit.Groups[1].Value) switch
        {
            >= 100 => "nominal",
            >= 80 => "fair",
            >= 50 => "serious",
            _ => "critical",
        };
    }

    [GeneratedRegex(@"CPU_Speed_Limit\s*=\s*(\d{1,3})")]
    private static partial Regex SpeedLimit();
}
