using System.CommandLine;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Schedules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Agent.Firing;

/// <summary><c>foreman-agent fire SCHEDULE</c>: what the pods of a schedule's CronJob run. It creates one object and ends.</summary>
internal static class FireCommand
{
    private static readonly Argument<string> Schedule = new("SCHEDULE") { Description = "Name of the TaskSchedule" };
    private static readonly Option<string> Space = new("--namespace", "-n") { Description = "Namespace of the TaskSchedule", HelpName = "NAME", DefaultValueFactory = _ => "default" };
    private static readonly Option<string> Job = new("--job") { Description = "Name of the Job that a CronJob made, which ends with the minute that it is for", HelpName = "NAME", Required = true };

    /// <summary>The command.</summary>
    /// <param name="cluster">Finds in the command line how the API server is reached.</param>
    /// <param name="console">Where the outcome goes.</param>
    public static Command Build(Func<ParseResult, ClusterSettings> cluster, ConsoleStreams console)
    {
        var command = new Command("fire", "Begins the run of a TaskSchedule that a Job of its CronJob is for.") { Schedule, Space, Job };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = ClusterConnection.Open(cluster(parsed), console.Time, NullLogger.Instance).Kubernetes;
            return await RunAsync(client, new ObjectKey(parsed.GetValue(Space), parsed.GetValue(Schedule)!), parsed.GetValue(Job)!, console, cancel);
        });
        return command;
    }

    /// <summary>Creates the object of the run, unless there is nothing to begin.</summary>
    /// <param name="client">Reads the schedule and creates the object.</param>
    /// <param name="schedule">Which.</param>
    /// <param name="job">Name of the Job.</param>
    /// <param name="console">Where the outcome goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>0 also when there was nothing to begin; else the Job fails, with the reason as its pod's last words.</returns>
    internal static async Task<int> RunAsync(IKubernetes client, ObjectKey schedule, string job, ConsoleStreams console, CancellationToken cancellationToken)
    {
        if (FireDecision.TimeOfJob(job) is not { } time)
        {
            return await FailAsync(console, ExitCodes.Usage, $"the Job {Printable.Line(job, 80)} is none that a CronJob made: its name ends with no minute. To begin a run now: foreman-operator schedule run {schedule.Name}");
        }

        try
        {
            if (await client.TryReadAsync<TaskSchedule>(schedule.Name, schedule.Namespace, cancellationToken) is not { } stored)
            {
                return await SayAsync(console, $"TaskSchedule {Printable.Line(schedule.ToString())} is gone: nothing to begin.");
            }

            var decision = FireDecision.Of(stored, time, DateTimeOffset.FromUnixTimeSeconds(console.Time.GetUtcNow().ToUnixTimeSeconds()));
            if (decision.Fire is not { } fire)
            {
                return await SayAsync(console, $"Nothing to begin: {decision.Why}.");
            }

            await new ClusterObjects(client).CreateAsync(fire, cancellationToken);
            return await SayAsync(console, $"{fire.Schedule.Namespace}/{fire.Name} is there.");
        }
        catch (Exception e) when (e is ScheduleException or KubernetesException)
        {
            return await FailAsync(console, ExitCodes.Failed, e.Message);
        }
        catch (KubernetesUnreachableException e)
        {
            return await FailAsync(console, ExitCodes.NotReachable, e.Message);
        }
    }

    private static async Task<int> SayAsync(ConsoleStreams console, string what)
    {
        await console.Out.WriteLineAsync(what);
        return ExitCodes.Done;
    }

    private static async Task<int> FailAsync(ConsoleStreams console, int code, string why)
    {
        await console.Error.WriteLineAsync($"foreman-agent: {Printable.Line(why, 1000)}");
        return code;
    }
}
