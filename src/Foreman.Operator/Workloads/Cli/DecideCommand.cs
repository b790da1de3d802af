using System.CommandLine;
using System.Runtime.InteropServices;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Live;
using Foreman.Primitives;

namespace Foreman.Operator.Workloads.Cli;

/// <summary><c>foreman-operator decide NAME [ANSWER]</c>: shows the questions of a Workload, or answers one.</summary>
internal static class DecideCommand
{
    // The operator writes the status of the Workload at any time.
    private const int MostTries = 10;

    private static readonly Argument<string> Name = new("NAME") { Description = "Name of the Workload" };
    private static readonly Argument<string?> Answer = new("ANSWER") { Description = "The answer, told to whoever goes on; abandon gives the step up. Without it, the open questions are shown", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> StepName = new("--step") { Description = "Step whose question is answered. Default: the only one that asks", HelpName = "STEP" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "text, or json: one line on standard output [default: text]", HelpName = "text|json" };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Its namespace. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Kubeconfig of somebody who may read and change Workloads. Default: what kubectl would use", HelpName = "FILE" };
    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("decide", "Shows what a Workload asks people, or answers a question of it.")
        {
            Name, Answer, StepName, Output, Namespace, Kubeconfig, KubeContext,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (answer, json) = (AnswerOf(parsed), WorkloadCommand.OutputOf(parsed.GetValue(Output)));
            using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
            return await RunAsync(parsed, answer, console, json, signals.Stop);
        });
        return command;
    }

    private static string? AnswerOf(ParseResult parsed)
    {
        var answer = parsed.GetValue(Answer)?.Trim();
        return answer is null && parsed.GetValue(StepName) is not null ? throw new ExitException(ExitCodes.Usage, "--step: give an ANSWER with it")
            : answer is { Length: 0 or > AnswerChange.MaxAnswer } ? throw new ExitException(ExitCodes.Usage, $"ANSWER: give 1 to {AnswerChange.MaxAnswer} characters")
            : answer;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? answer, ConsoleStreams console, bool json, CancellationToken stop)
    {
        try
        {
            var configuration = parsed.GetValue(Kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(KubeContext))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(KubeContext));
            using var client = new KubernetesClient(configuration with { UserAgent = "foreman-operator", EnvironmentProxy = EnvironmentProxy.OfProcess });
            var hints = new WorkloadHints(parsed.GetValue(Namespace) ?? configuration.Namespace ?? "default", parsed.GetValue(Kubeconfig), parsed.GetValue(KubeContext));
            var workload = await WorkloadCommand.ReadAsync(client, parsed.GetValue(Name)!, hints.Space, stop);
            if (answer is not null)
            {
                (workload, var step) = await GiveAsync(client, workload, answer, parsed.GetValue(StepName), hints, stop);
                await (json ? console.Error : console.Out).WriteLineAsync(AnswerChange.Told(workload, step, answer, hints));
            }
            else if (!json)
            {
                await LineWriter.WriteAsync(console, AnswerChange.Shown(new WorkloadState(workload), hints));
            }

            if (json)
            {
                await new WorkloadShow(client, hints, console, json: true).OnceAsync(workload, stop);
            }

            return ExitCodes.Done;
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, e.Message, e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    // Each try looks at the Workload anew, so an answer never takes the place of one that somebody else has just given.
    private static async Task<(Workload Workload, string Step)> GiveAsync(
        KubernetesClient client, Workload workload, string answer, string? named, WorkloadHints hints, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            var (step, refusal) = AnswerChange.StepOf(workload, named, answer, hints);
            if (refusal is not null)
            {
                throw new ExitException(ExitCodes.Failed, refusal);
            }

            try
            {
                return (AnswerChange.IsGiven(workload, step, answer)
                    ? workload
                    : await client.PatchAsync<Workload>(AnswerChange.Patch(workload, step, answer), workload.Name(), workload.Namespace(), null, stop), step);
            }
            catch (KubernetesException e) when ((e.IsTestFailed || e.IsConflict) && tries < MostTries)
            {
                var uid = workload.Uid();
                workload = await WorkloadCommand.ReadAsync(client, workload.Name(), workload.Namespace()!, stop);
                if (workload.Uid() != uid)
                {
                    throw new ExitException(ExitCodes.Failed, $"Workload {workload.Name()} was deleted meanwhile, and another one has its name", e);
                }
            }
            catch (KubernetesException e) when (e.IsTestFailed || e.IsConflict)
            {
                throw new ExitException(ExitCodes.Failed, $"Workload {workload.Name()} changes all the time; try again in a moment", e);
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                throw new ExitException(ExitCodes.Failed, $"Workload {workload.Name()} was deleted meanwhile", e);
            }
            catch (KubernetesException e)
            {
                throw DispatchAccess.ExistingWorkloads.Refused(e, workload.Namespace()!);
            }
        }
    }
}
