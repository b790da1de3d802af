using System.CommandLine;
using Foreman.Compare.Runs;

var tasks = new Option<string>("--tasks") { Description = "Only tasks whose id begins so", DefaultValueFactory = _ => "" };
var seeds = new Option<int>("--seeds") { Description = "Seeds per task, from 1 on", DefaultValueFactory = _ => 10 };
var only = new Option<string[]>("--only") { Description = "Only these variants: all, none, or the name of a defence that is switched off; may be repeated" };
var parallel = new Option<int>("--parallel") { Description = "Runs at once", DefaultValueFactory = _ => Environment.ProcessorCount };
var details = new Option<bool>("--details") { Description = "Also list each run that was not completed, and why" };
var floor = new Option<double>("--floor") { Description = "Fail when fewer percent are completed with all defences", DefaultValueFactory = _ => 0 };
var command = new RootCommand("Runs small coding tasks by the real agent loop against a scripted small model, with all defences and without each, and prints what each is worth.")
{
    tasks, seeds, only, parallel, details, floor,
};
command.SetAction(async (parsed, stop) =>
{
    var chosen = CodingTask.All().Where(t => t.Id.StartsWith(parsed.GetValue(tasks)!, StringComparison.Ordinal)).ToList();
    var variants = Variant.All.Where(v => parsed.GetValue(only) is not { Length: > 0 } names || names.Contains(v.Name)).ToList();
    if (chosen.Count == 0 || variants.Count == 0)
    {
        await Console.Error.WriteLineAsync($"compare: nothing to run; variants are {string.Join(", ", Variant.All.Select(v => v.Name))}");
        return 2;
    }

    try
    {
        var results = await Comparison.RunAsync(chosen, Math.Max(1, parsed.GetValue(seeds)), variants, Math.Max(1, parsed.GetValue(parallel)), stop);
        Console.WriteLine(Table.Markdown(results, variants));
        Console.WriteLine(Table.Languages(results, chosen));
        foreach (var (key, result) in results.Where(r => parsed.GetValue(details) && !r.Value.Completed).OrderBy(r => r.Key.ToString(), StringComparer.Ordinal))
        {
            Console.WriteLine($"{key.Variant} {key.Task} {key.Seed}: {result.Turns} turns, {result.Ended}");
        }

        var completed = 100 * Table.Completion(results, Variant.Everything);
        if (completed < parsed.GetValue(floor))
        {
            await Console.Error.WriteLineAsync($"compare: {completed:0.0} % are completed with all defences, fewer than {parsed.GetValue(floor):0.0} %");
            return 1;
        }

        return 0;
    }
    catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException or Foreman.Sandbox.CageException)
    {
        await Console.Error.WriteLineAsync($"compare: {e.Message}");
        return 1;
    }
});
var parse = command.Parse(args);
foreach (var error in parse.Errors)
{
    await Console.Error.WriteLineAsync($"compare: {error.Message}");
}

return parse.Errors.Count > 0 ? 2 : await parse.InvokeAsync();
