using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Foreman.Testing;

namespace Foreman.Bench.Fleet;

/// <summary>Everything that was measured of fleets on API servers.</summary>
/// <param name="Machine">What it was measured on, and with which programs.</param>
/// <param name="Rows">The rows of the table.</param>
internal sealed record FleetReport(string Machine, IReadOnlyList<FleetRow> Rows)
{
    /// <summary>Title of the table.</summary>
    public const string Header = "| API server | what | measured | aim |\n|---|---|---|---|";

    /// <summary>This machine, and whether the programs are those that people get.</summary>
    public static string ThisMachine()
    {
        var program = ReleasedBinaries.Operator;
        var isPublished = !File.Exists(Path.ChangeExtension(program, ".dll")) && !File.Exists(program + ".dll");
        var form = isPublished ? "published programs" : "programs of a build, which are not compiled natively";
        return $"{Environment.ProcessorCount} CPUs, {RuntimeInformation.RuntimeIdentifier}, {form}";
    }

    /// <summary>The report for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FleetReportJson.Default.FleetReport);
}

/// <summary>One row of the table.</summary>
/// <param name="Server">The API server.</param>
/// <param name="What">What it is, in words.</param>
/// <param name="Measured">The figures with their units, or why there are none.</param>
/// <param name="Aim">What is aimed at; empty when nothing is.</param>
/// <param name="IsMet">False when the aim was missed, or was not measured.</param>
internal sealed record FleetRow(string Server, string What, string Measured, string Aim, bool IsMet)
{
    /// <summary>The figures for programs; null when nothing was measured.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    public override string ToString() => $"| {Server} | {What} | {Measured} | {Aim}{(IsMet ? "" : ", missed")} |";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FleetReport))]
internal sealed partial class FleetReportJson : JsonSerializerContext;
