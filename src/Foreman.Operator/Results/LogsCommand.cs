using System.CommandLine;
using System.Globalization;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Primitives;
using PodObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Pod, Foreman.Jobs.PodFormat>;

namespace Foreman.Operator.Results;

/// <summary><c>foreman-operator logs TASK</c>: what the containers of a task's Job write.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string> Task = new("TASK") { Description = "Name of the AgenticTask" };

    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Its namespace. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Stay, and print what is written from now on, until the container ends" };

    private static readonly Option<long?> Attempt = new("--attempt") { Description = "One of the task's attempts. Default: its last one", HelpName = "NUMBER" };

    private static readonly Option<string?> Container = new("--container", "-c") { Description = "One of the pod's containers [default: task]", HelpName = "NAME" };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Kubeconfig of somebody who may read tasks, pods and their logs. Default: what kubectl would use", HelpName = "FILE" };

    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create()
    {
        var command = new Command("logs", "Prints what a container of a task's Job writes.") { Task, Namespace, Follow, Attempt, Container, Kubeconfig, KubeContext };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = parsed.GetValue(Kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(KubeContext))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(KubeContext));
            using var client = new KubernetesClient(configuration with { EnvironmentProxy = EnvironmentProxy.OfProcess });
            return await PrintAsync(client, parsed, parsed.GetValue(Namespace) ?? configuration.Namespace ?? "default", cancellationToken);
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, e.Message, e);
        }
    }

    private static async Task<int> PrintAsync(KubernetesClient client, ParseResult parsed, string space, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(Task)!;
        var task = await client.TryReadAsync<AgenticTask>(name, space, cancellationToken)
            ?? throw new ExitException(ExitCodes.Failed, $"task {name} does not exist in namespace {space}; name another namespace with -n");
        var attempt = parsed.GetValue(Attempt) ?? task.Status.Attempt;
        var pods = await client.ListAsync<PodObject>(space, new ListOptions { LabelSelector = JobIdentity.Selector(task.Uid(), attempt) }, cancellationToken);
        var pod = pods.Items.MaxBy(p => p.Metadata.CreationTimestamp) ?? throw new ExitException(ExitCodes.Failed, Missing(task, attempt));
        var options = new PodLogOptions { Container = parsed.GetValue(Container) ?? "task", Follow = parsed.GetValue(Follow) };
        var output = parsed.InvocationConfiguration.Output;
        await foreach (var line in client.PodLogLinesAsync(pod.Name(), space, options, cancellationToken))
        {
            // Whatever a container writes, it commands no terminal.
            await output.WriteLineAsync(Printable.Text(line));
            await output.FlushAsync(cancellationToken);
        }

        return ExitCodes.Done;
    }

    private static string Missing(AgenticTask task, long attempt) => task.Status.JobName is null
        ? $"task {task.Name()} has no Job; only tasks with placement Job have logs of containers. What it did is told by: foreman-operator result {task.Name()} -n {task.Namespace()}"
        : string.Create(CultureInfo.InvariantCulture, $"attempt {attempt} of task {task.Name()} has no pod, or no longer; its Job is {task.Namespace()}/{JobNames.Of(task.Uid(), attempt)}");
}
