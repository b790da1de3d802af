using System.CommandLine;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Bench;

var only = new Option<string[]>("--only") { Description = "What to measure; everything when absent", AllowMultipleArgumentsPerToken = true };
var rounds = new Option<int>("--rounds") { Description = "Rounds of the comparison with HttpClient", DefaultValueFactory = _ => 9 };
var program = new Option<string>("--program") { Description = "A published kubernetes-watch; without it, its size is not measured" };
var output = new Option<string>("--output", "-o") { Description = "Form of the result", DefaultValueFactory = _ => "text" };
only.AcceptOnlyFromAmong("client", "decode", "watch", "store", "program");
output.AcceptOnlyFromAmong("text", "json");
var command = new RootCommand("Measures the Kubernetes library: calls against bare HttpClient on one API server, decoding, watching, the store's memory.")
{
    only, rounds, program, output,
};
command.SetAction(async (parsed, stop) =>
{
    var wanted = parsed.GetValue(only) is { Length: > 0 } some ? some : ["client", "decode", "watch", "store", "program"];
    try
    {
        var findings = new List<Finding>();
        foreach (var what in wanted.Distinct())
        {
            await Console.Error.WriteLineAsync($"measuring {what} ...");
            findings.AddRange(what switch
            {
                "client" => await CallRates.MeasureAsync(Math.Max(3, parsed.GetValue(rounds)), stop),
                "decode" => Decoding.Metrics(TimeProvider.System),
                "watch" => await WatchDelay.MeasureAsync(TimeProvider.System, stop),
                "store" => await StoreSize.MeasureAsync(stop),
                _ when parsed.GetValue(program) is { } path => await TrimmedProgram.MeasureAsync(path, stop),
                _ => [],
            });
        }

        Console.WriteLine(parsed.GetValue(output) == "json" ? FindingText.Json(findings) : FindingText.Table(findings));
        return 0;
    }
    catch (Exception e) when (e is TimeoutException or InvalidOperationException or FileNotFoundException or KubernetesException or KubernetesUnreachableException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }
});
var parse = command.Parse(args);
if (parse.Errors.Count == 0)
{
    return await parse.InvokeAsync();
}

foreach (var error in parse.Errors)
{
    await Console.Error.WriteLineAsync($"bench: {error.Message}");
}

return 2;
