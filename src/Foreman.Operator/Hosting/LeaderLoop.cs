using System.Globalization;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>
/// Has this process work while it leads, and stand for election again when it has lost the lead: each leadership begins with nothing but what is
/// stored, and a process that stays can take over at once.
/// </summary>
/// <param name="client">The client without a fence.</param>
/// <param name="elector">Stands for election.</param>
/// <param name="identity">Identity of the process in the election.</param>
/// <param name="logger">Told of every lead that is lost.</param>
internal sealed class LeaderLoop(IKubernetes client, LeaderElector elector, string identity, ILogger logger)
{
    /// <summary>Leads again and again until told to stop; a failure of the work ends it.</summary>
    /// <param name="work">Works until its token is cancelled: by the loss of the lead, or by <paramref name="stop"/>.</param>
    /// <param name="stop">Ends it; the Lease is released once the work has ended.</param>
    public async Task RunAsync(Func<Leadership, CancellationToken, Task> work, CancellationToken stop)
    {
        for (var leaderships = 1; !stop.IsCancellationRequested; leaderships++)
        {
            var holder = HolderOf(leaderships);
            await elector.RunAsync(
                token =>
                {
                    var fence = elector.GetFence();
                    return work(new(client.Fenced(fence), holder, () => fence.IsOpen), token);
                },
                stop);
            if (!stop.IsCancellationRequested)
            {
                logger.SteppedDown();
            }
        }
    }

    // What an earlier leadership of this process held counts as held by an earlier process: nothing runs it any more.
    private string HolderOf(int leadership) => leadership == 1 ? identity : string.Create(CultureInfo.InvariantCulture, $"{identity}-{leadership}");
}

/// <summary>One time of leading.</summary>
/// <param name="Client">Writes what the leader decides; it lets nothing pass once the lead may be lost.</param>
/// <param name="Holder">Identity under which this leadership's runs are claimed.</param>
/// <param name="Lasts">Whether this process certainly still leads.</param>
internal sealed record Leadership(IKubernetes Client, string Holder, Func<bool> Lasts)
{
    /// <summary>Asked right before a write that the client does not make.</summary>
    public Task<bool> MayWriteAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Task.FromResult(Lasts());
}
