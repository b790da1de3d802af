using System.CommandLine;
using Foreman.Bench;
using Foreman.Bench.Fleet;
using Foreman.Bench.Hostile;
using Foreman.Bench.Loop;
using Foreman.Bench.Repositories;
using Foreman.Bench.Scheduling;
using Foreman.Bench.Workloads;

var tasks = new Option<int>("--tasks") { Description = "Tasks to measure, one after the other", DefaultValueFactory = _ => 200 };
var agents = new Option<int>("--agents") { Description = "Agents of the fleet, each a process of its own", DefaultValueFactory = _ => 2 };
var server = new Option<string>("--server") { Description = "API server to measure; both when absent" };
var output = new Option<string>("--output", "-o") { Description = "Form of the result", DefaultValueFactory = _ => "text" };
var form = new Option<string[]>("--form") { Description = "NAME=FOLDER of published programs whose size, memory and start are measured; may be repeated" };
var soak = new Option<int?>("--soak") { Description = "Run tasks for so many seconds and fail when memory or open files grow; measures nothing else" };
var hostile = new Option<bool>("--hostile") { Description = "Give both programs hostile input and print the most memory that each took; measures nothing else" };
var loop = new Option<bool>("--loop") { Description = "Measure the agent loop: its own time a turn and to go on, the start of a command, the share of prompts from the cache, tokens, memory; measures nothing else" };
var repos = new Option<bool>("--repos") { Description = "Measure work on repositories: checkout, orientation, what a gate adds to its commands; measures nothing else" };
var workloads = new Option<bool>("--workloads") { Description = "Measure Workloads: a decision about 500 steps, and what 1,000 ended ones cost an operator that starts; measures nothing else" };
var scheduling = new Option<bool>("--scheduling") { Description = "Measure the scheduler in memory: decisions about up to 50,000 waiting tasks on up to 5,000 hosts, against the same without indexes; measures nothing else" };
var fleet = new Option<bool>("--fleet") { Description = "Measure the fleet through API servers: assignments against bare patches, create → Running, short tasks, an operator at rest, a killed agent; measures nothing else" };
server.AcceptOnlyFromAmong("dev", "kube");
output.AcceptOnlyFromAmong("text", "json");
var command = new RootCommand("Measures a fleet of stub agents: create → Running against a bare round trip of the same API server, and the size of an idle agent.")
{
    tasks, agents, server, output, form, soak, hostile, loop, repos, workloads, scheduling, fleet,
};
command.SetAction(async (parsed, stop) =>
{
    var options = new BenchOptions(Math.Max(10, parsed.GetValue(tasks)), Math.Max(1, parsed.GetValue(agents)), parsed.GetValue(server), Forms(parsed.GetValue(form)));
    try
    {
        if (parsed.GetValue(soak) is { } seconds)
        {
            return await Soak.RunAsync(TimeSpan.FromSeconds(seconds), options.Agents, TimeProvider.System, stop) ? 0 : 1;
        }

        if (parsed.GetValue(hostile))
        {
            return await HostileSuite.RunAsync(TimeProvider.System, stop) ? 0 : 1;
        }

        if (parsed.GetValue(loop))
        {
            return await LoopSuite.RunAsync(TimeProvider.System, stop) ? 0 : 1;
        }

        if (parsed.GetValue(repos))
        {
            return await RepositorySuite.RunAsync(TimeProvider.System, stop) ? 0 : 1;
        }

        if (parsed.GetValue(workloads))
        {
            return await WorkloadSuite.RunAsync(TimeProvider.System, stop) ? 0 : 1;
        }

        if (parsed.GetValue(scheduling))
        {
            return SchedulingSuite.Run(TimeProvider.System) ? 0 : 1;
        }

        if (parsed.GetValue(fleet))
        {
            return await FleetSuite.RunAsync(options.Server, parsed.GetValue(output) == "json", TimeProvider.System, stop) ? 0 : 1;
        }

        var report = await Suite.RunAsync(options, stop);
        Console.WriteLine(parsed.GetValue(output) == "json" ? ReportText.Json(report) : ReportText.Table(report));
        return 0;
    }
    catch (Exception e) when (e is TimeoutException or InvalidOperationException or FileNotFoundException or Foreman.Kubernetes.KubernetesException or Foreman.Kubernetes.KubernetesUnreachableException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }
});
var parse = command.Parse(args);
return parse.Errors.Count > 0 ? await Usage(parse) : await parse.InvokeAsync();

static IReadOnlyList<(string Name, string Folder)> Forms(string[]? texts) =>
    [.. (texts ?? []).Select(t => t.Split('=', 2)).Where(p => p.Length == 2).Select(p => (p[0], p[1]))];

static async Task<int> Usage(ParseResult parse)
{
    foreach (var error in parse.Errors)
    {
        await Console.Error.WriteLineAsync($"bench: {error.Message}");
    }

    return 2;
}
