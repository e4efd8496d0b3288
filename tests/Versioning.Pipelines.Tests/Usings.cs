global using NUnit.Framework;
global using Versioning.Tests.Store;
