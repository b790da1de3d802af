using System.CommandLine;
using System.Globalization;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Operator.Results;

/// <summary><c>foreman-operator result TASK</c>: what came of a task, and the files that it delivered.</summary>
internal static class ResultCommand
{
    private static readonly Argument<string> Task = new("TASK") { Description = "Name of the AgenticTask" };

    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Its namespace. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };

    private static readonly Option<string?> Files = new("--files") { Description = "Folder that the delivered files are written into", HelpName = "DIR" };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace other files that are in that folder" };

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "text, or json: one line on standard output [default: text]", HelpName = "text|json", Validators = { ValidateOutput } };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Kubeconfig of somebody who may read tasks and RunLogs. Default: what kubectl would use", HelpName = "FILE" };

    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    /// <summary>The command, for the root of the command line.</summary>
    /// <param name="time">The clock of reading.</param>
    public static Command Create(TimeProvider time)
    {
        var command = new Command("result", "Prints what came of a task, and fetches the files that it delivered.") { Task, Namespace, Files, Force, Output, Kubeconfig, KubeContext };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, time, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = parsed.GetValue(Kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(KubeContext))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(KubeContext));
            using var client = new KubernetesClient(configuration with { EnvironmentProxy = EnvironmentProxy.OfProcess });
            return await ShowAsync(client, parsed, parsed.GetValue(Namespace) ?? configuration.Namespace ?? "default", time, cancellationToken);
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, e.Message, e);
        }
        catch (WorkspaceException e)
        {
            throw new ExitException(ExitCodes.Failed, e.Message, e);
        }
    }

    private static async Task<int> ShowAsync(KubernetesClient client, ParseResult parsed, string space, TimeProvider time, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var name = parsed.GetValue(Task)!;
        var task = await client.TryReadAsync<AgenticTask>(name, space, cancellationToken)
            ?? throw new ExitException(ExitCodes.Failed, $"task {name} does not exist in namespace {space}; name another namespace with -n");
        if (!task.IsTerminal())
        {
            throw new ExitException(
                ExitCodes.Failed,
                $"task {name} has not ended, it is {task.PhaseOrPending()}; wait with: kubectl wait --for=condition=Completed agentictask/{name} -n {space} --timeout=1h");
        }

        var files = ResultFiles.Read(task.Status.Result);
        var isJson = parsed.GetValue(Output) == "json";
        if (!isJson)
        {
            foreach (var line in ResultReport.Lines(task, files))
            {
                await output.WriteLineAsync(line);
            }
        }

        var fetched = parsed.GetValue(Files) is { } folder
            ? await FetchAsync(client, task, files, new Target(folder, parsed.GetValue(Force)), (error, time), cancellationToken)
            : null;
        if (isJson)
        {
            await output.WriteLineAsync(ResultReport.Json(task, files, fetched));
        }

        return fetched is null || (fetched.All(f => f.Problem is null) && files.LeftOut == 0) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<IReadOnlyList<FetchedFile>> FetchAsync(
        KubernetesClient client, AgenticTask task, ResultFiles files, Target target, (TextWriter Error, TimeProvider Time) console, CancellationToken cancellationToken)
    {
        var wanted = files.Files.Select(f => f.Sha256).ToHashSet(StringComparer.Ordinal);
        var contents = wanted.Count == 0
            ? new Dictionary<string, byte[]>()
            : await new DeliveredFileReader(client, console.Time).ReadAsync(task, wanted, cancellationToken);
        var fetched = FileFetch.Write(files, contents, target.Folder, target.Force, f => console.Error.WriteLine(Told(f)));
        if (files.LeftOut > 0)
        {
            await console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{files.LeftOut} more files are not listed; they are in {Printable.Line(files.Workspace ?? "the workspace")} on {Printable.Line(files.Host ?? "its host")}"));
        }

        return fetched;
    }

    private static string Told(FetchedFile file) => file.Problem is { } problem
        ? $"{Printable.Line(file.File.Path)}: {problem}"
        : string.Create(CultureInfo.InvariantCulture, $"{Printable.Line(file.File.Path)}: {file.State}, {file.File.Bytes} bytes");

    private static void ValidateOutput(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is not ("text" or "json" or null))
        {
            result.AddError("--output takes text or json");
        }
    }

    private sealed record Target(string Folder, bool Force);
}
