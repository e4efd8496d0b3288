global using Microsoft.Extensions.DependencyInjection;
global using NUnit.Framework;
global using Versioning.Storage;
global using Versioning.Tests.Store;
