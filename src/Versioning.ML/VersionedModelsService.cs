using Microsoft.Extensions.Hosting;

namespace Versioning.ML;

/// <summary>Starts all models of an application side by side, before anything else starts that may use them.</summary>
internal sealed class VersionedModelsService(IEnumerable<VersionedModel> models) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // One that can't be loaded need not wait for one whose store can't be reached.
        await foreach (Task started in Task.WhenEach(models.Select(model => model.StartAsync(cancellationToken))).ConfigureAwait(false))
        {
            await started.ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Requests may still be under way: models end with the container.
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
